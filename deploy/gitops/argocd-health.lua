-- How Argo CD reads an OAuthConnection. Objects that are being deleted never come here.
local hs = {status = "Progressing", message = "the operator has not looked at it yet"}

if obj.spec ~= nil and obj.spec.suspend then
  hs.status = "Suspended"
  hs.message = "spec.suspend is true"
  return hs
end
if obj.status == nil or obj.status.conditions == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  return hs
end

local conditions = {}
for _, condition in ipairs(obj.status.conditions) do
  conditions[condition.type] = condition
end
local ready, reconciling, stalled = conditions.Ready, conditions.Reconciling, conditions.Stalled
if ready == nil then
  return hs
end

hs.message = ready.message
if ready.status ~= "True" and ready.reason == "AwaitingConsent" and not (stalled ~= nil and stalled.status == "True") then
  -- It waits for a person, for however long; nothing is wrong.
  hs.status = "Suspended"
  if obj.status.consent ~= nil and obj.status.consent.url ~= nil then
    hs.message = "consent at " .. obj.status.consent.url
  end
elseif reconciling ~= nil and reconciling.status == "True" then
  hs.message = reconciling.message
elseif stalled ~= nil and stalled.status == "True" then
  hs.status = "Degraded"
  hs.message = stalled.reason .. ": " .. stalled.message
elseif ready.status == "True" then
  hs.status = "Healthy"
elseif ready.status == "False" and obj.status.token ~= nil then
  -- The token that workloads have is over, and there is no new one.
  hs.status = "Degraded"
end
return hs

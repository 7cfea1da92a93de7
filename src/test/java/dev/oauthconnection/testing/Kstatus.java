package dev.oauthconnection.testing;

import com.fasterxml.jackson.databind.JsonNode;

/** How Flux, cli-utils and others read an object of a kind that they know nothing special of: the rules of kstatus, in their order. */
public enum Kstatus {
    InProgress,
    Failed,
    Current,
    Terminating;

    public static Kstatus of(JsonNode object) {
        if (object.at("/metadata").hasNonNull("deletionTimestamp")) {
            return Terminating;
        }
        JsonNode generation = object.at("/metadata/generation");
        JsonNode observed = object.at("/status/observedGeneration");
        if (generation.isNumber() && observed.isNumber() && generation.asLong() != observed.asLong()) {
            return InProgress;
        }
        for (JsonNode condition : object.at("/status/conditions")) {
            if (is(condition, "Reconciling", "True")) {
                return InProgress;
            }
            if (is(condition, "Stalled", "True")) {
                return Failed;
            }
        }
        for (JsonNode condition : object.at("/status/conditions")) {
            if (is(condition, "Ready", "False") || is(condition, "Ready", "Unknown")) {
                return InProgress;
            }
        }
        // Also what says nothing of itself: an object that no controller has looked at yet.
        return Current;
    }

    private static boolean is(JsonNode condition, String type, String status) {
        return condition.path("type").asText().equals(type)
                && condition.path("status").asText().equals(status);
    }
}

package dev.oauthconnection.lifecycle;

import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.api.OAuthConnectionSpec.OnDelete;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.Answer;
import dev.oauthconnection.grant.Binding;
import dev.oauthconnection.grant.Candidate;
import dev.oauthconnection.grant.Candidates;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.PendingRevocation;
import dev.oauthconnection.grant.RedemptionRules;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.provider.ClientResolution;
import dev.oauthconnection.provider.Provider;
import dev.oauthconnection.provider.ProviderResolution;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done about a connection: {@code decide(Observed, Instant) -> Decision}. Pure. The order of the questions is the policy:
 * deletion, suspension, what the spec refers to, revocation, whose grant it is, delivery of what is there, and only then a redemption.
 */
public final class Lifecycle {
    static final Duration CLIENT_SECRET_READ_AGAIN = Duration.ofSeconds(30);
    static final Duration PROVIDER_READ_AGAIN = Duration.ofSeconds(30);
    static final Duration REVOCATION_GIVEN_UP = Duration.ofHours(24);
    static final Duration FINALIZER_GIVEN_UP = Duration.ofMinutes(10);
    static final Duration FINALIZER_GIVEN_UP_TERMINATING = Duration.ofSeconds(60);

    private final Observed observed;
    private final Instant now;
    private final Verdicts verdicts;

    private Lifecycle(Observed observed, Instant now) {
        this.observed = observed;
        this.now = now;
        this.verdicts = new Verdicts(observed, now);
    }

    public static Decision decide(Observed observed, Instant now) {
        return new Lifecycle(observed, now).decide();
    }

    private Decision decide() {
        if (observed.deletion() != null) {
            return delete(observed.deletion());
        }
        if (observed.settings().suspended()) {
            return verdicts.rest(Trouble.passing(Reason.Suspended, "spec.suspend is true"), null);
        }
        if (isUnreadable()) {
            return verdicts.rest(
                    observed.retry().trouble(), observed.retry().notBefore());
        }
        return switch (observed.provider()) {
            case ProviderResolution.NotFound(String message) ->
                meanwhile(Trouble.forPerson(Reason.ProviderNotFound, message), null);
            case ProviderResolution.Invalid(String message) ->
                meanwhile(Trouble.forPerson(Reason.ProviderInvalid, message), now.plus(Duration.ofMinutes(5)));
            case ProviderResolution.Unreachable(String message) ->
                meanwhile(Trouble.passing(Reason.ProviderUnavailable, message), now.plus(PROVIDER_READ_AGAIN));
            case ProviderResolution.Resolved(Provider provider) -> withProvider(provider);
        };
    }

    /** Whether the grant was edited into something that is none; whatever is decided would need it. */
    private boolean isUnreadable() {
        Trouble trouble = observed.retry().trouble();
        return trouble != null
                && trouble.reason() == Reason.GrantUnreadable
                && observed.retry().holdsBack(now);
    }

    /** Nothing can be asked of the provider; the token that is there is served all the same. */
    private Decision meanwhile(Trouble trouble, @Nullable Instant until) {
        return deliveryDue() ? new Decision.Deliver() : verdicts.rest(trouble, until);
    }

    private Decision withProvider(Provider provider) {
        return switch (Objects.requireNonNull(observed.client())) {
            case ClientResolution.Problem(Reason reason, String message) ->
                meanwhile(Trouble.forPerson(reason, message), now.plus(CLIENT_SECRET_READ_AGAIN));
            case ClientResolution.Resolved(Client client) -> withClient(provider, client);
        };
    }

    private Decision withClient(Provider provider, Client client) {
        Grant grant = observed.grant();
        if (grant == null) {
            return obtain(provider, client);
        }
        Decision revocation = revocation(grant, client);
        if (revocation != null) {
            return revocation;
        }
        Decision foreign = belongsElsewhere(grant, provider, client);
        if (foreign != null) {
            return foreign;
        }
        return deliveryDue() ? new Decision.Deliver() : refresh(grant, provider, client);
    }

    private Decision obtain(Provider provider, Client client) {
        if (observed.settings().grantType() == GrantType.ClientCredentials) {
            return held().orElseGet(() -> new Decision.CreateGrant(provider, client));
        }
        if (observed.settings().hasExistingGrant()) {
            return held().orElseGet(() -> new Decision.TakeExistingGrant(provider, client));
        }
        if (provider.authorizationEndpoint() == null) {
            String message = "provider " + provider.name() + " has no authorization endpoint: set "
                    + "spec.authorization.endpoint (or issuer) there, or grantType: ClientCredentials here";
            return verdicts.rest(Trouble.forPerson(Reason.ProviderInvalid, message), null);
        }
        return verdicts.awaitConsent();
    }

    private @Nullable Decision revocation(Grant grant, Client client) {
        String request = observed.requests().revoke();
        PendingRevocation pending = grant.revocation();
        if (pending != null && pending.doneAt() != null) {
            return observed.settings().grantType() == GrantType.ClientCredentials
                    ? verdicts.rest(
                            Trouble.forPerson(
                                    Reason.Revoked, "the connection was revoked; delete and apply it to start again"),
                            null)
                    : verdicts.revoked();
        }
        if (pending != null) {
            return held().orElseGet(() -> new Decision.Revoke(client));
        }
        boolean asked = request != null && !request.equals(grant.handled().revoke());
        return asked ? new Decision.AskRevocation(request) : null;
    }

    private @Nullable Decision belongsElsewhere(Grant grant, Provider provider, Client client) {
        Binding today = GrantTerms.bindingOf(provider, client);
        boolean sameType = grant.grantType() == observed.settings().grantType();
        boolean allowed = sameType && grant.binding().allows(today);
        if (observed.settings().grantType() == GrantType.ClientCredentials) {
            List<String> scopes = observed.settings().scopesOr(provider.defaultScopes());
            return allowed && grant.requestedScopes().equals(scopes)
                    ? null
                    : held().orElseGet(() -> new Decision.CreateGrant(provider, client));
        }
        if (allowed) {
            return null;
        }
        if (sameType && !observed.rebind().isEmpty() && observed.rebind().equals(today.hash())) {
            return new Decision.Rebind(today);
        }
        return verdicts.consentRequired(
                "the grant was given to client " + grant.binding().clientId() + " at "
                        + grant.binding().tokenEndpoint()
                        + " and is not sent anywhere else: give consent again, or undo the change of "
                        + "provider or client (an admin may re-bind it: " + today.hash() + ")");
    }

    private Decision refresh(Grant grant, Provider provider, Client client) {
        if (isRolledBack(grant)) {
            long marked = Objects.requireNonNull(observed.token()).epoch();
            String message = "the grant Secret is at epoch " + grant.epoch() + ", behind epoch " + marked
                    + " that the token Secret was made from (a restored backup?). Nothing is sent. An admin may set the annotation "
                    + "oauthconnection.dev/release: \"" + marked + "\" on the grant Secret; or give consent again";
            return verdicts.consentWanted(Trouble.forPerson(Reason.GrantRolledBack, message), null);
        }
        RedemptionRules rules = GrantTerms.rulesOf(grant, provider, observed.settings());
        Instant due = GrantTerms.dueAt(grant, provider, observed);
        boolean requested = isRefreshRequested(grant);
        boolean owed = grant.intent() != null && !deferred(grant);
        boolean changed = !observed.retry().inputs().isEmpty()
                && !observed.retry().inputs().equals(observed.inputs());
        // What was tried and failed is tried again, due or not: it had been asked for.
        boolean failing = observed.retry().trouble() != null;
        if (!requested && !owed && !changed && !failing && now.isBefore(due)) {
            return verdicts.current(grant, provider, due);
        }
        boolean insist = requested || changed;
        if (grant.grantType() != GrantType.ClientCredentials
                && Candidates.next(grant, rules, insist, now).isEmpty()) {
            return verdicts.exhausted(grant, Candidates.nextRetry(grant, rules, now));
        }
        Optional<Decision> held = changed ? Optional.empty() : held();
        return held.orElseGet(() -> new Decision.Redeem(
                provider, client, requested ? observed.requests().refresh() : null, insist));
    }

    /** To deliver its older answer would take the mark away by which this is seen. */
    private boolean isRolledBack(Grant grant) {
        Observed.TokenView token = observed.token();
        return token != null && token.epoch() > grant.epoch() && observed.released() < token.epoch();
    }

    /** An attempt that ended and left everything as it was is owed when the token is due, and not before. */
    private boolean deferred(Grant grant) {
        return grant.intent() != null && grant.intent().endedHarmlessly();
    }

    private boolean isRefreshRequested(Grant grant) {
        String request = observed.requests().refresh();
        return request != null && !request.equals(grant.handled().refresh());
    }

    /** Why nothing may be sent right now, as rest; empty when it may. */
    private Optional<Decision> held() {
        Retry retry = observed.retry();
        if (retry.holdsBack(now) && retry.inputs().equals(observed.inputs()) && !isReleased()) {
            return Optional.of(verdicts.rest(retry.trouble(), lookAgain(retry)));
        }
        if (observed.circuitPause() != null) {
            Trouble trouble = Trouble.passing(
                    Reason.ProviderUnavailable, "the provider failed for several connections; it is given a pause");
            return Optional.of(verdicts.rest(trouble, now.plus(observed.circuitPause())));
        }
        return Optional.empty();
    }

    /** A refused client's Secret is not watched: it is read again before the next try is due. */
    private @Nullable Instant lookAgain(Retry retry) {
        boolean refused = retry.trouble() != null && retry.trouble().reason() == Reason.ClientRefused;
        Instant soon = now.plus(CLIENT_SECRET_READ_AGAIN);
        return refused && soon.isBefore(retry.notBefore()) ? soon : retry.notBefore();
    }

    /** Whether an admin released the redemption that is held; then there is nothing to wait for. */
    private boolean isReleased() {
        Grant grant = observed.grant();
        return grant != null
                && grant.intent() != null
                && observed.released() >= grant.intent().epoch();
    }

    private boolean deliveryDue() {
        Grant grant = observed.grant();
        Answer answer = grant == null ? null : grant.answer();
        if (grant == null || answer == null || !now.isBefore(answer.expiresAt()) || isRolledBack(grant)) {
            return false;
        }
        Observed.TokenView token = observed.token();
        boolean there = token != null && token.epoch() >= answer.epoch() && token.current();
        boolean waits = observed.deliveryRetry().holdsBack(now)
                && observed.deliveryRetry().inputs().equals(observed.inputs());
        return !there && !waits;
    }

    private Decision delete(Observed.Deletion deletion) {
        Grant grant = observed.grant();
        boolean tokensLeft = grant != null && grant.candidates().stream().anyMatch(c -> c.spentAt() == null);
        if (observed.settings().onDelete() == OnDelete.Retain || grant == null || grant.isRevoked() || !tokensLeft) {
            return new Decision.ReleaseFinalizer();
        }
        Duration patience = deletion.namespaceTerminating() ? FINALIZER_GIVEN_UP_TERMINATING : FINALIZER_GIVEN_UP;
        if (now.isAfter(deletion.since().plus(patience))) {
            return new Decision.ReleaseFinalizer();
        }
        if (isUnreadable()) {
            return verdicts.rest(
                    observed.retry().trouble(), observed.retry().notBefore());
        }
        if (grant.revocation() == null) {
            return new Decision.AskRevocation(null);
        }
        Optional<Client> client = observed.resolvedClient();
        if (client.isEmpty() || observed.retry().holdsBack(now)) {
            Instant again = now.plus(Duration.ofSeconds(5));
            return verdicts.rest(Trouble.passing(Reason.Deleting, "the revocation is not confirmed yet"), again);
        }
        return new Decision.Revoke(client.get());
    }

    /** The newest unspent candidate of a summary: the one a revocation names. */
    public static Optional<Candidate> toRevoke(Grant grant) {
        return grant.candidates().stream().filter(c -> c.spentAt() == null).findFirst();
    }
}

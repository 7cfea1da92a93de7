package dev.oauthconnection.lifecycle;

import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.api.OAuthConnectionSpec.OnDelete;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.oauth.Client;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a grant ends: its revocation is asked for by an annotation, or by the deletion of a connection with {@code onDelete: Revoke}. */
final class Endings {
    static final Duration FINALIZER_GIVEN_UP = Duration.ofMinutes(10);
    static final Duration FINALIZER_GIVEN_UP_TERMINATING = Duration.ofSeconds(60);
    private static final Duration ASKED_AGAIN = Duration.ofSeconds(5);

    private final Observed observed;
    private final Instant now;
    private final Verdicts verdicts;

    Endings(Observed observed, Instant now, Verdicts verdicts) {
        this.observed = observed;
        this.now = now;
        this.verdicts = verdicts;
    }

    /** What a revocation needs neither provider nor client for: to be stored once it is asked for, and to be over. */
    @Nullable
    Decision withoutClient() {
        Grant grant = observed.grant();
        if (grant == null) {
            return null;
        }
        if (grant.isRevoked() && !observed.settings().hasExistingGrant() && !observed.replacesConsent(grant)) {
            return verdicts.revoked(observed.settings().grantType() == GrantType.ClientCredentials, null);
        }
        if (grant.export() != null) {
            // A revocation would end it where it is used now.
            return null;
        }
        String request = observed.requests().revoke();
        boolean asked = request != null && !request.equals(grant.handled().revoke());
        if (!asked || grant.revocation() != null) {
            return null;
        }
        // What holds a refresh back does not hold this back, unless it is that the grant cannot be written.
        return verdicts.unwritable().orElseGet(() -> new Decision.AskRevocation(request));
    }

    /** The connection is to be deleted, and waits for us. */
    Decision delete(Observed.Deletion deletion) {
        Grant grant = observed.grant();
        // A grant that cannot be read may hold tokens. Those of one that was exported are used elsewhere.
        boolean tokensLeft = grant == null
                ? observed.isUnreadable()
                : !grant.isRevoked() && grant.candidates().stream().anyMatch(c -> c.spentAt() == null);
        if (observed.settings().onDelete() == OnDelete.Retain || !tokensLeft) {
            return new Decision.ReleaseFinalizer(false);
        }
        Duration patience = deletion.namespaceTerminating() ? FINALIZER_GIVEN_UP_TERMINATING : FINALIZER_GIVEN_UP;
        if (now.isAfter(deletion.since().plus(patience))) {
            return new Decision.ReleaseFinalizer(true);
        }
        if (grant == null || (observed.isUnreadable() && observed.retry().holdsBack(now))) {
            return verdicts.unreadable();
        }
        if (grant.revocation() == null && verdicts.unwritable().isEmpty()) {
            return new Decision.AskRevocation(null);
        }
        Optional<Client> client = observed.resolvedClient();
        if (client.isEmpty() || observed.retry().holdsBack(now)) {
            return verdicts.rest(
                    Trouble.passing(Reason.Deleting, "the revocation is not confirmed yet"), now.plus(ASKED_AGAIN));
        }
        return new Decision.Revoke(client.get());
    }
}

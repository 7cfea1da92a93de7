package dev.oauthconnection.lifecycle;

import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.Binding;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.provider.Provider;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is to be done about a connection now: one act, after which it is looked at again, or rest. */
public sealed interface Decision {
    /** Make the grant of a client-credentials connection, which needs nobody's consent. */
    record CreateGrant(Provider provider, Client client) implements Decision {}

    /** Take over the refresh token of {@code spec.existingGrant}. */
    record TakeExistingGrant(Provider provider, Client client) implements Decision {}

    /**
     * End an export that nobody used, as an admin asked.
     *
     * @param epoch of that export
     */
    record TakeBack(long epoch) implements Decision {}

    /** Bind the grant to today's provider and client, as an admin asked. */
    record Rebind(Binding binding) implements Decision {}

    /**
     * Redeem the grant for a new token.
     *
     * @param request the refresh request that this settles; null for none
     * @param insist whether a refused token may be tried again
     */
    record Redeem(
            Provider provider, Client client, @Nullable String request, boolean insist) implements Decision {}

    /** Write the token Secret from the stored answer. */
    record Deliver() implements Decision {}

    /** Store that a revocation was asked for. */
    record AskRevocation(@Nullable String request) implements Decision {}

    /** Send the revocation that is pending. */
    record Revoke(Client client) implements Decision {}

    /**
     * Let the connection go.
     *
     * @param unrevoked whether its grant was to be revoked, and nobody confirmed it in time
     */
    record ReleaseFinalizer(boolean unrevoked) implements Decision {}

    /**
     * Nothing to do until then.
     *
     * @param until null: until something changes
     */
    record Rest(Verdict verdict, @Nullable Instant until) implements Decision {}

    /**
     * What a user is told.
     *
     * @param nextRefresh when the next refresh is due; null when none is planned
     */
    record Verdict(
            Ready ready,
            Reason reason,
            String message,
            boolean reconciling,
            @Nullable Trouble stalled,
            boolean asksConsent,
            @Nullable Instant nextRefresh) {}

    /** Status of the condition Ready. */
    enum Ready {
        True,
        False,
        Unknown
    }
}

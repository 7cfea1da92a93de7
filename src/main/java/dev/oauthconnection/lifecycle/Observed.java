package dev.oauthconnection.lifecycle;

import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.Takeover;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.oauth.IssuerCircuit;
import dev.oauthconnection.provider.ClientResolution;
import dev.oauthconnection.provider.Provider;
import dev.oauthconnection.provider.ProviderResolution;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that a decision depends on, and nothing else.
 *
 * @param uid of the connection
 * @param deletion how the deletion stands; null while the connection is not being deleted
 * @param client null when the provider was not resolved
 * @param grant the summary, without tokens; null for none
 * @param released the epoch an admin released on the grant Secret; 0 for none
 * @param rebind the hash of a binding that an admin allowed; empty for none
 * @param token the token Secret as it is; null for none
 * @param sight what is known of the holder of the grant's intent
 * @param circuit why the issuer is spared right now; null when it may be asked
 * @param retry of redemptions and revocations
 * @param deliveryRetry of the token Secret's writes
 */
public record Observed(
        String uid,
        ConnectionSettings settings,
        Requests requests,
        @Nullable Deletion deletion,
        ProviderResolution provider,
        @Nullable ClientResolution client,
        String inputs,
        @Nullable Grant grant,
        long released,
        String rebind,
        @Nullable TokenView token,
        Takeover.Sight sight,
        IssuerCircuit.@Nullable Refusal circuit,
        Retry retry,
        Retry deliveryRetry) {

    /** The values of the action annotations; null for absent. */
    public record Requests(
            @Nullable String refresh, @Nullable String revoke) {}

    /** A deletion that waits for our finalizer. */
    public record Deletion(Instant since, boolean namespaceTerminating) {}

    /**
     * The token Secret.
     *
     * @param epoch of the answer it was made from, by its mark
     * @param current whether its content is what was written, and what the spec asks for
     * @param expiresAt of the token in it; null when unknown
     */
    public record TokenView(
            String grantId,
            long epoch,
            boolean current,
            @Nullable Instant expiresAt) {}

    /** Whether the grant was edited into something that is none; whatever is decided would need it. */
    boolean isUnreadable() {
        return retry.trouble() != null && retry.trouble().reason() == Reason.GrantUnreadable;
    }

    /** Whether the grant was asked for the scopes that the spec asks for today, in whatever order. */
    boolean asksForScopesOf(Grant asked, Provider today) {
        return Set.copyOf(settings.scopesOr(today.defaultScopes())).equals(Set.copyOf(asked.requestedScopes()));
    }

    /** Whether somebody consented to this grant, and the spec asks for client credentials now. */
    boolean replacesConsent(Grant given) {
        return settings.grantType() == GrantType.ClientCredentials && given.grantType() != GrantType.ClientCredentials;
    }

    Optional<Provider> resolvedProvider() {
        return provider instanceof ProviderResolution.Resolved(Provider resolved)
                ? Optional.of(resolved)
                : Optional.empty();
    }

    Optional<Client> resolvedClient() {
        return client instanceof ClientResolution.Resolved(Client resolved) ? Optional.of(resolved) : Optional.empty();
    }
}

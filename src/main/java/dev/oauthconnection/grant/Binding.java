package dev.oauthconnection.grant;

import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a grant may go, recorded when it is made. It is never sent anywhere else: whoever edits the provider or the client is asked for
 * a new consent, or a tenant could have refresh token and client secret posted to a server of their own.
 *
 * @param issuer null where the provider has none
 * @param revocationEndpoint null where the provider has none; revocations go here, not where the provider points today
 */
public record Binding(
        @Nullable String issuer,
        URI tokenEndpoint,
        @Nullable URI revocationEndpoint,
        String clientId,
        ClientAuthentication clientAuthentication) {
    /** A short hash of all that {@link #allows} compares: what an admin writes to re-bind a grant. */
    public String hash() {
        return GrantKey.digest(issuer + "\n" + tokenEndpoint + "\n" + clientId + "\n" + clientAuthentication)
                .substring(0, 16);
    }

    /** Whether a grant with this binding may be used as {@code today}'s provider and client would use it. */
    public boolean allows(Binding today) {
        return Objects.equals(issuer, today.issuer)
                && tokenEndpoint.equals(today.tokenEndpoint)
                && clientId.equals(today.clientId)
                && clientAuthentication == today.clientAuthentication;
    }
}

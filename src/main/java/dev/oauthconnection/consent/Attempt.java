package dev.oauthconnection.consent;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.oauthconnection.grant.GrantKey;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One person's way to the provider and back: all that the callback needs to know of the request that it answers, so that any replica
 * can serve it. The state is not in it, only in the name of its Secret as a hash.
 *
 * @param connectionUid of the connection that was shown to the person
 * @param grantId that the grant will have
 * @param replaces the grant that the connection had when the attempt began; null for none
 * @param issuer that was asked; null where the provider has none (RFC 9207, section 2.4)
 * @param codeVerifier of the proof key (RFC 7636, section 4.1)
 * @param nonce that the ID token must repeat (OpenID Connect Core, section 3.1.2.1)
 * @param cookieHash SHA-256 of the cookie of the browser that began
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Attempt(
        GrantKey key,
        String connectionUid,
        String grantId,
        @Nullable String replaces,
        String provider,
        @Nullable String issuer,
        URI tokenEndpoint,
        String clientId,
        List<String> scopes,
        URI redirectUri,
        String codeVerifier,
        String nonce,
        String cookieHash,
        Instant createdAt) {
    /** How long a person may take at the provider. */
    static final Duration LIFETIME = Duration.ofMinutes(10);

    /** Whether an ID token is asked for (OpenID Connect Core, section 3.1.2.1). */
    @JsonIgnore
    boolean isOpenId() {
        return scopes.contains("openid");
    }

    @JsonIgnore
    boolean isExpired(Instant now) {
        return !now.isBefore(createdAt.plus(LIFETIME));
    }

    /** What the spec, the provider or the client says differently now; null when the answer to this attempt is still wanted. */
    @Nullable
    String changedSince(Offer.Open now) {
        if (!key.equals(now.key()) || !connectionUid.equals(now.connectionUid())) {
            return "the connection was deleted and made again";
        }
        if (!provider.equals(now.provider().name())
                || !Objects.equals(issuer, now.provider().issuer())
                || !tokenEndpoint.equals(now.provider().tokenEndpoint())) {
            return "the provider was changed";
        }
        if (!clientId.equals(now.client().id())) {
            return "the client was changed";
        }
        return scopes.equals(now.scopes()) ? null : "the scopes were changed";
    }

    /** Never shows verifier, nonce or cookie. */
    @Override
    public String toString() {
        return "Attempt[" + key + " at " + provider + ", " + createdAt + "]";
    }
}

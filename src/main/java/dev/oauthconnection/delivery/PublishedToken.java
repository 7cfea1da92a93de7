package dev.oauthconnection.delivery;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What workloads get: an access token and what they need to use it. A refresh token has no place here.
 *
 * @param tokenType as the provider wrote it, usually Bearer (RFC 6749, section 7.1)
 * @param scopes those that were granted
 * @param idToken the ID token as it came (a signed JWT); null where there is none
 * @param subject the subject of the ID token; null where there is none
 */
public record PublishedToken(
        String accessToken,
        String tokenType,
        Instant expiresAt,
        List<String> scopes,
        @Nullable String idToken,
        @Nullable String subject) {
    public PublishedToken {
        scopes = List.copyOf(scopes);
    }

    /** Without the tokens, since this ends up in logs. */
    @Override
    public String toString() {
        return "PublishedToken[tokenType=" + tokenType + ", expiresAt=" + expiresAt + ", scopes=" + scopes + "]";
    }
}

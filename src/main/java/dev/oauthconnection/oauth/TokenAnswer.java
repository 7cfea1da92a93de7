package dev.oauthconnection.oauth;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A successful answer of a token endpoint (RFC 6749, section 5.1), read with tolerance.
 *
 * @param accessToken never empty
 * @param tokenType as answered; "Bearer" when the answer leaves it out
 * @param lifetime how long the access token lives, counted from the moment the request was sent; never negative, at most ten years
 * @param refreshToken null when the answer has none (RFC 6749, section 6: keep the old one)
 * @param scopes the scopes granted; null when the answer does not say (RFC 6749, section 5.1: those that were asked for)
 * @param idToken the ID token as a compact JWT, unvalidated; null when there is none
 */
public record TokenAnswer(
        String accessToken,
        String tokenType,
        Duration lifetime,
        @Nullable String refreshToken,
        @Nullable List<String> scopes,
        @Nullable String idToken) {
    public TokenAnswer withoutIdToken() {
        return new TokenAnswer(accessToken, tokenType, lifetime, refreshToken, scopes, null);
    }

    /** Never shows a token: this record passes through logs and test reports. */
    @Override
    public String toString() {
        return "TokenAnswer[" + tokenType + ", lifetime " + lifetime
                + (refreshToken == null ? "" : ", with a refresh token") + "]";
    }
}

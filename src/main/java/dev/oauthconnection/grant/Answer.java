package dev.oauthconnection.grant;

import dev.oauthconnection.oauth.TokenAnswer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last whole answer of the token endpoint, from which the token Secret is rebuilt at any time.
 *
 * @param epoch of the arming (or consent) that brought it
 * @param requestedAt when the request was sent; lifetimes count from here
 * @param expiresAt when the access token expires
 * @param scopes that were granted
 * @param subject of the ID token; null where there is none
 */
public record Answer(
        long epoch,
        String accessToken,
        String tokenType,
        Instant requestedAt,
        Instant expiresAt,
        List<String> scopes,
        @Nullable String idToken,
        @Nullable String subject) {

    /** An answer longer than this is not stored; its refresh token is. A Secret holds 1 MiB, and holds several candidates too. */
    public static final int MAX_CHARACTERS = 256 * 1024;

    static Answer of(
            long epoch, TokenAnswer answer, Instant requestedAt, List<String> asked, @Nullable String subject) {
        return new Answer(
                epoch,
                answer.accessToken(),
                answer.tokenType(),
                requestedAt,
                requestedAt.plus(answer.lifetime()),
                answer.scopes() == null ? asked : answer.scopes(),
                answer.idToken(),
                subject);
    }

    static boolean fits(TokenAnswer answer) {
        return answer.accessToken().length()
                        + (answer.idToken() == null ? 0 : answer.idToken().length())
                <= MAX_CHARACTERS;
    }

    Answer at(long newEpoch) {
        return new Answer(newEpoch, accessToken, tokenType, requestedAt, expiresAt, scopes, idToken, subject);
    }

    Answer withoutTokens() {
        return new Answer(epoch, "", tokenType, requestedAt, expiresAt, scopes, null, subject);
    }

    @Override
    public String toString() {
        return "Answer[" + epoch + ", expires " + expiresAt + "]";
    }
}

package dev.oauthconnection.grant;

import dev.oauthconnection.oauth.TokenAnswer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
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

    /** Scopes are mirrored as an annotation, and all annotations of a Secret together hold 256 KiB. */
    private static final int MAX_SCOPE_CHARACTERS = 16 * 1024;

    static Answer of(
            long epoch, TokenAnswer answer, Instant requestedAt, List<String> asked, @Nullable String subject) {
        return new Answer(
                epoch,
                answer.accessToken(),
                answer.tokenType(),
                requestedAt,
                requestedAt.plus(answer.lifetime()),
                answer.scopes() == null ? asked : bounded(answer.scopes(), asked),
                lengthOf(answer) <= MAX_CHARACTERS ? answer.idToken() : null,
                subject);
    }

    /** Whether its access token can be stored beside its refresh token. An ID token that is too long is left out. */
    static boolean fits(TokenAnswer answer) {
        return lengthOf(answer.withoutIdToken()) <= MAX_CHARACTERS;
    }

    private static long lengthOf(TokenAnswer answer) {
        return Stream.of(answer.accessToken(), answer.refreshToken(), answer.idToken())
                .filter(Objects::nonNull)
                .mapToLong(String::length)
                .sum();
    }

    /** A list of scopes that is too long loses the last ones of those that nobody asked for: it must not cost the refresh token. */
    private static List<String> bounded(List<String> scopes, List<String> asked) {
        if (scopes.stream().mapToLong(String::length).sum() <= MAX_SCOPE_CHARACTERS) {
            return scopes;
        }
        List<String> kept = new ArrayList<>();
        int left = MAX_SCOPE_CHARACTERS;
        for (String scope : Stream.concat(asked.stream().filter(scopes::contains), scopes.stream())
                .distinct()
                .toList()) {
            if (scope.length() <= left) {
                kept.add(scope);
                left -= scope.length();
            }
        }
        return kept;
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

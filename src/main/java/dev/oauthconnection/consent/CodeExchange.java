package dev.oauthconnection.consent;

import dev.oauthconnection.oauth.IdTokens;
import dev.oauthconnection.oauth.TokenAnswer;
import dev.oauthconnection.oauth.TokenEndpoint;
import dev.oauthconnection.oauth.TokenOutcome;
import dev.oauthconnection.oauth.TokenRequest;
import dev.oauthconnection.provider.TokenRequests;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Turns an authorization code into a token, with one request (RFC 6749, section 4.1.3). */
public final class CodeExchange {
    /** A code waits for nobody: when the connection is not up by then, the person starts again. */
    private static final Duration SEND_WINDOW = Duration.ofSeconds(30);

    private final TokenEndpoint tokens;
    private final IdTokenCheck idTokens;
    private final InstantSource clock;

    public CodeExchange(TokenEndpoint tokens, IdTokenCheck idTokens, InstantSource clock) {
        this.tokens = tokens;
        this.idTokens = idTokens;
        this.clock = clock;
    }

    sealed interface Result {
        /**
         * There is a token that can be the connection's.
         *
         * @param requestedAt from which its lifetime counts
         * @param subject of the ID token; null where there is none
         */
        record Usable(
                TokenAnswer answer,
                Instant requestedAt,
                @Nullable String subject) implements Result {}

        /** There is a token, and its ID token is not the right one. */
        record Unusable(TokenAnswer answer, String message) implements Result {}

        /** There is no token, as far as we know. */
        record Refused(String message) implements Result {}
    }

    Result exchange(Attempt attempt, Offer.Open offer, String code) {
        TokenRequest request = TokenRequests.authorizationCode(
                offer.provider(), offer.client(), code, attempt.redirectUri(), attempt.codeVerifier());
        Instant requestedAt = clock.instant();
        Instant latest = requestedAt.plus(SEND_WINDOW);
        return switch (tokens.send(request, () -> clock.instant().isBefore(latest))) {
            case TokenOutcome.Granted(TokenAnswer answer) -> check(attempt, offer, answer, requestedAt);
            case TokenOutcome.Rejected rejected -> new Result.Refused(explain(rejected));
            case TokenOutcome.Unavailable(String why, var retryAfter) ->
                new Result.Refused("The provider's token endpoint could not be used: " + why + ".");
            case TokenOutcome.Ambiguous(String why) ->
                new Result.Refused("The answer of the provider's token endpoint could not be used: " + why + ".");
        };
    }

    /** An ID token that was not asked for carries no nonce of ours, and nothing is concluded from it. */
    private Result check(Attempt attempt, Offer.Open offer, TokenAnswer answer, Instant requestedAt) {
        String idToken = answer.idToken();
        URI jwksUri = offer.provider().jwksUri();
        String issuer = offer.provider().issuer();
        if (idToken == null || jwksUri == null || issuer == null || !attempt.isOpenId()) {
            return new Result.Usable(answer, requestedAt, null);
        }
        return switch (idTokens.validate(idToken, issuer, jwksUri, attempt.clientId(), attempt.nonce())) {
            case IdTokens.Result.Valid(String subject) -> new Result.Usable(answer, requestedAt, subject);
            case IdTokens.Result.Invalid(String message) -> new Result.Unusable(answer, message);
            case IdTokens.Result.KeysUnavailable(String message) -> new Result.Unusable(answer, message);
        };
    }

    private static String explain(TokenOutcome.Rejected rejected) {
        String what =
                switch (rejected.error()) {
                    case "invalid_client", "unauthorized_client" ->
                        "The provider refused the client: correct client_id and client_secret.";
                    case "invalid_grant" ->
                        "The provider refused the code: it has expired, or the redirect URI is not the registered one.";
                    case "invalid_scope" -> "The provider refused the scopes: correct spec.scopes.";
                    default -> "The provider refused to give a token.";
                };
        String description = rejected.description();
        return what + " It said: " + rejected.error() + (description == null ? "" : ", " + description) + ".";
    }
}

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
         * There is a token. Whoever reads this keeps it before anything else is done, its ID token unchecked.
         *
         * @param requestedAt from which its lifetime counts
         */
        record Granted(TokenAnswer answer, Instant requestedAt) implements Result {}

        /** There is no token, as far as we know. */
        record Refused(String message) implements Result {}
    }

    /** Whether a token can be the connection's, by its ID token. */
    sealed interface Identity {
        /** It can: its ID token is the right one, or says nothing that is relied on. */
        record Checked(@Nullable String subject) implements Identity {}

        /** Nobody knows right now. A code is gone once it was sent, so the grant is kept and only the ID token is left out. */
        record Unknown(String message) implements Identity {}

        /** The ID token is not the right one. */
        record Wrong(String message) implements Identity {}
    }

    Result exchange(Attempt attempt, Offer.Open offer, String code) {
        TokenRequest request = TokenRequests.authorizationCode(
                offer.provider(), offer.client(), code, attempt.redirectUri(), attempt.codeVerifier());
        Instant requestedAt = clock.instant();
        Instant latest = requestedAt.plus(SEND_WINDOW);
        return switch (tokens.send(request, () -> clock.instant().isBefore(latest))) {
            case TokenOutcome.Granted(TokenAnswer answer) -> new Result.Granted(answer, requestedAt);
            case TokenOutcome.Rejected rejected -> new Result.Refused(explain(rejected));
            case TokenOutcome.Unavailable(String why, var retryAfter) ->
                new Result.Refused("The provider's token endpoint could not be used: " + why + ".");
            case TokenOutcome.Unsendable(String why) -> new Result.Refused("Nothing was sent: " + why + ".");
            case TokenOutcome.Ambiguous(String why) ->
                new Result.Refused("The answer of the provider's token endpoint could not be used: " + why + ".");
        };
    }

    /** An ID token that was not asked for carries no nonce of ours, and nothing is concluded from it. */
    Identity check(Attempt attempt, Offer.Open offer, TokenAnswer answer) {
        String idToken = answer.idToken();
        URI jwksUri = offer.provider().jwksUri();
        String issuer = offer.provider().issuer();
        if (idToken != null && issuer == null) {
            return new Identity.Unknown(
                    "The provider has no issuer (spec.issuer), without which its ID token cannot be checked");
        }
        if (idToken == null || jwksUri == null || issuer == null || !attempt.isOpenId()) {
            return new Identity.Checked(null);
        }
        var keys = new IdTokens.KeySource(jwksUri, offer.provider().trust());
        return switch (idTokens.validate(idToken, issuer, keys, attempt.clientId(), attempt.nonce())) {
            case IdTokens.Result.Valid(String subject) -> new Identity.Checked(subject);
            case IdTokens.Result.Invalid(String message) -> new Identity.Wrong(message);
            case IdTokens.Result.KeysUnavailable(String message) -> new Identity.Unknown(message);
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

package dev.oauthconnection.consent;

import dev.oauthconnection.grant.JournalEntry;
import dev.oauthconnection.grant.NewGrants;
import dev.oauthconnection.oauth.Pkce;
import dev.oauthconnection.oauth.TokenAnswer;
import dev.oauthconnection.provider.AuthorizationRequest;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The resource owner's one visit (RFC 6749, section 4.1), as a protocol without pages. Whoever calls it has made sure that the person may
 * consent: in a cluster by pairing code and confirmation, on a laptop by being its user.
 *
 * <ol>
 *   <li><b>Begin</b>: look up what the consent would mean, store an attempt, send the browser away with a cookie.
 *   <li><b>Recognise</b> the answer: its state names the attempt, its cookie the browser that began.
 *   <li><b>Consume</b> the attempt, before anything is done with the answer: one replica gets through, once.
 *   <li><b>Check</b> the issuer (RFC 9207), the provider's error, and that the connection still says what the person was shown.
 *   <li><b>Exchange</b> the code, once, at the token endpoint that the attempt recorded, with the client secret of today. All that must be
 *       asked of the API server is asked before, and the answer goes into the journal before its ID token is looked at.
 *   <li><b>Install</b> the answer as the connection's grant, unless another consent was first; then end the other attempts.
 * </ol>
 */
public final class ConsentService {
    private static final String AGAIN = " Open the consent page again to start over.";

    private final Offers offers;
    private final Attempts attempts;
    private final CodeExchange exchange;
    private final NewGrants grants;
    private final LateGrants lateGrants;
    private final Exchanges exchanges;
    private final URI redirectUri;
    private final InstantSource clock;

    /**
     * Makes the service of one redirect URI.
     *
     * @param redirectUri as registered with the providers (RFC 6749, section 3.1.2)
     */
    public ConsentService(
            Offers offers,
            Attempts attempts,
            CodeExchange exchange,
            NewGrants grants,
            LateGrants lateGrants,
            Exchanges exchanges,
            URI redirectUri,
            InstantSource clock) {
        this.offers = offers;
        this.attempts = attempts;
        this.exchange = exchange;
        this.grants = grants;
        this.lateGrants = lateGrants;
        this.exchanges = exchanges;
        this.redirectUri = redirectUri;
        this.clock = clock;
    }

    /** What a consent to this connection would mean right now, to be shown to the person who is asked. */
    public Offer offer(String namespace, String connection) {
        return offers.of(namespace, connection);
    }

    /** Starts an attempt: stores it in the operator's namespace (10 minutes, one-time), returns where to send the browser and the cookie that binds it. */
    public Begin begin(String namespace, String connection) {
        return switch (offer(namespace, connection)) {
            case Offer.Closed closed -> new Begin.Refused(closed.reason(), closed.message());
            case Offer.Open open -> begin(open);
        };
    }

    /** Starts an attempt for exactly what the person was shown. */
    public Begin.Redirect begin(Offer.Open offer) {
        String state = Secrecy.unguessable();
        String cookie = Secrecy.unguessable();
        Attempt attempt = new Attempt(
                offer.key(),
                offer.connectionUid(),
                UUID.randomUUID().toString(),
                grants.currentGrantId(offer.key()),
                offer.provider().name(),
                offer.provider().issuer(),
                offer.provider().tokenEndpoint(),
                offer.client().id(),
                offer.scopes(),
                redirectUri,
                Secrecy.unguessable(),
                Secrecy.unguessable(),
                Secrecy.sha256(cookie),
                clock.instant());
        AuthorizationRequest request = AuthorizationRequest.of(
                offer.provider(),
                attempt.clientId(),
                redirectUri,
                attempt.scopes(),
                state,
                attempt.isOpenId() ? attempt.nonce() : null,
                new Pkce(attempt.codeVerifier()));
        URI location = request.toUri();
        attempts.store(state, attempt);
        return new Begin.Redirect(location, cookie);
    }

    /** Handles the authorization response at the redirect URI (query or form_post parameters, and the cookie value or null). */
    public Completion complete(Map<String, List<String>> parameters, @Nullable String cookieValue) {
        AuthorizationResponse response = AuthorizationResponse.read(parameters);
        String state = response.state();
        Attempts.Stored stored = state == null ? null : attempts.find(state);
        if (stored == null) {
            return new Completion.Failed(
                    "This answer is not expected",
                    "It belongs to no consent that is under way: it was used before, has expired, or was not started here."
                            + AGAIN);
        }
        if (cookieValue == null
                || !Secrecy.same(Secrecy.sha256(cookieValue), stored.attempt().cookieHash())) {
            return new Completion.Failed(
                    "Another browser",
                    "The consent was started in another browser, or started once more in this one since; cookies may be switched off."
                            + AGAIN);
        }
        String grantId = stored.attempt().grantId();
        if (!exchanges.begin(grantId)) {
            return new Completion.Failed(
                    "Not at this moment",
                    "The operator is being restarted, or at work on this answer already. Reload this page in a minute.");
        }
        try {
            return consume(stored, response);
        } finally {
            exchanges.end(grantId);
        }
    }

    private Completion consume(Attempts.Stored stored, AuthorizationResponse response) {
        if (!attempts.consume(stored)) {
            return new Completion.Failed("Used before", "This answer was used before." + AGAIN);
        }
        Attempt attempt = stored.attempt();
        if (attempt.isExpired(clock.instant())) {
            return new Completion.Failed(
                    "Too late", "The consent took longer than " + Attempt.LIFETIME.toMinutes() + " minutes." + AGAIN);
        }
        return answer(attempt, response);
    }

    private Completion answer(Attempt attempt, AuthorizationResponse response) {
        Offer offer = offers.of(attempt.key().namespace(), attempt.key().name());
        return switch (offer) {
            case Offer.Closed closed ->
                new Completion.Failed("The connection cannot take a consent now", closed.message());
            case Offer.Open open -> {
                String problem = problem(attempt, response, open);
                String code = response.code();
                if (problem != null || code == null) {
                    yield new Completion.Failed(
                            "No consent",
                            Objects.requireNonNullElse(problem, "The provider answered without a code." + AGAIN));
                }
                yield exchange(attempt, open, code);
            }
        };
    }

    private static @Nullable String problem(Attempt attempt, AuthorizationResponse response, Offer.Open offer) {
        String changed = attempt.changedSince(offer);
        if (changed != null) {
            return "Since the consent was started, " + changed + "; nothing was sent anywhere." + AGAIN;
        }
        String issuerProblem = issuerProblem(attempt, response, offer);
        if (issuerProblem != null) {
            return issuerProblem;
        }
        String error = response.error();
        return error == null ? null : providerSays(error, response.errorDescription());
    }

    /** RFC 9207, section 2.4: an answer of another server must not have its code sent to this one. */
    private static @Nullable String issuerProblem(Attempt attempt, AuthorizationResponse response, Offer.Open offer) {
        String expected = attempt.issuer();
        if (expected == null || expected.equals(response.issuer())) {
            return null;
        }
        if (response.issuer() != null) {
            return "The answer names another issuer (iss) than " + expected
                    + ", which was asked; nothing was sent anywhere." + AGAIN;
        }
        return offer.provider().issInResponse()
                ? "The answer does not name its issuer (iss), which " + expected
                        + " always does; nothing was sent anywhere." + AGAIN
                : null;
    }

    private static String providerSays(String error, @Nullable String description) {
        String what =
                switch (error) {
                    case "access_denied" -> "The consent was declined at the provider.";
                    case "invalid_scope" -> "The provider refused the scopes: correct spec.scopes.";
                    case "unauthorized_client" ->
                        "The provider refused the client: check how the app is registered there.";
                    case "server_error", "temporarily_unavailable" ->
                        "The provider is out of order just now: try again later.";
                    default -> "The provider refused the request.";
                };
        return what + " It said: " + error + (description == null ? "" : ", " + description) + "." + AGAIN;
    }

    private Completion exchange(Attempt attempt, Offer.Open offer, String code) {
        NewGrants.Prepared prepared =
                grants.prepare(attempt.key(), attempt.grantId(), attempt.replaces(), offer.binding(), attempt.scopes());
        return switch (exchange.exchange(attempt, offer, code)) {
            case CodeExchange.Result.Refused(String message) -> new Completion.Failed("No token", message + AGAIN);
            case CodeExchange.Result.Granted granted -> {
                grants.keep(prepared, granted.answer(), granted.requestedAt());
                yield judge(attempt, offer, prepared, granted);
            }
        };
    }

    private Completion judge(
            Attempt attempt, Offer.Open offer, NewGrants.Prepared prepared, CodeExchange.Result.Granted granted) {
        TokenAnswer answer = granted.answer();
        return switch (exchange.check(attempt, offer, answer)) {
            case CodeExchange.Identity.Wrong(String message) -> {
                lateGrants.reject(grants.kept(prepared, answer, granted.requestedAt()), offer.connection(), message);
                yield new Completion.Failed("The token cannot be used", message + AGAIN);
            }
            case CodeExchange.Identity.Unknown(String message) ->
                install(
                        offer,
                        prepared,
                        answer.withoutIdToken(),
                        granted.requestedAt(),
                        null,
                        List.of(message + ". It was left out; the access token is used."));
            case CodeExchange.Identity.Checked(String subject) ->
                install(offer, prepared, answer, granted.requestedAt(), subject, List.of());
        };
    }

    private Completion install(
            Offer.Open offer,
            NewGrants.Prepared prepared,
            TokenAnswer answer,
            Instant requestedAt,
            @Nullable String subject,
            List<String> doubts) {
        NewGrants.Result result = grants.install(prepared, answer, requestedAt, subject);
        List<String> notes = new ArrayList<>(doubts);
        notes.addAll(Shortfalls.of(prepared.requestedScopes(), answer));
        return switch (result) {
            case NewGrants.Result.Superseded(JournalEntry late, String message) -> {
                lateGrants.dispose(late, offer.connection());
                yield new Completion.Failed("Another consent was first", "Nothing was changed: " + message + ".");
            }
            case NewGrants.Result.Kept(String why) -> {
                notes.add("The grant is safe, but not stored yet: " + why
                        + ". It is stored as soon as that is possible.");
                yield granted(prepared, notes);
            }
            case NewGrants.Result.Installed() -> {
                attempts.deleteAll(prepared.key());
                yield granted(prepared, notes);
            }
        };
    }

    private static Completion granted(NewGrants.Prepared prepared, List<String> notes) {
        return new Completion.Granted(prepared.key().namespace(), prepared.key().name(), List.copyOf(notes));
    }
}

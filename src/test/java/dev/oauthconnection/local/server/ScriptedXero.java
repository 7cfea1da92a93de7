package dev.oauthconnection.local.server;

import dev.oauthconnection.local.http.LocalServer;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Answers as Xero does, on this machine: the authorization endpoint of somebody who says yes at once, the token endpoint (Basic; tokens
 * for 30 minutes; a refresh token that rotates, can be retried for 30 minutes and lapses after 60 days), the connections, the invoices.
 */
public final class ScriptedXero implements AutoCloseable {
    public static final String CLIENT_ID = "xero-app";
    public static final String CLIENT_SECRET = "xero-secret";
    public static final String TENANT_ID = "70784a63-d24b-46a9-a4db-0e70a274b056";

    private static final Duration ACCESS = Duration.ofMinutes(30);
    private static final Duration GRACE = Duration.ofMinutes(30);
    private static final Duration IDLE = Duration.ofDays(60);
    private static final Duration CODE = Duration.ofMinutes(5);

    private record Code(String redirectUri, String challenge, String scope, Instant expiresAt) {}

    private record Refresh(
            String scope, Instant issuedAt, @Nullable Instant usedAt) {}

    private final InstantSource clock;
    private final URI redirectUri;
    private final Map<String, Code> codes = new ConcurrentHashMap<>();
    private final Map<String, Refresh> refreshTokens = new ConcurrentHashMap<>();
    private final Map<String, Instant> accessTokens = new ConcurrentHashMap<>();
    private final List<String> redemptions = new ArrayList<>();
    private final Set<String> issued = ConcurrentHashMap.newKeySet();
    private final AtomicInteger revocations = new AtomicInteger();
    private volatile Duration lifetime = ACCESS;
    private volatile Duration delay = Duration.ZERO;
    private final LocalServer server;

    private ScriptedXero(URI redirectUri, int port, InstantSource clock) {
        this.clock = clock;
        this.redirectUri = redirectUri;
        this.server = LocalServer.start("127.0.0.1", port, this::routes);
    }

    /**
     * Starts it.
     *
     * @param redirectUri the app's one redirect URI
     * @param port 0 for any free one
     */
    public static ScriptedXero start(URI redirectUri, int port, InstantSource clock) {
        return new ScriptedXero(redirectUri, port, clock);
    }

    /** Where it is, without a slash at the end. */
    public String url() {
        return "http://127.0.0.1:" + server.port();
    }

    /** The grant types of the token requests that were granted, in order. */
    public synchronized List<String> redemptions() {
        return List.copyOf(redemptions);
    }

    /** How many revocations of a refresh token that is good came in. */
    public int revocations() {
        return revocations.get();
    }

    /** Every code, access token and refresh token that was ever given. */
    public Set<String> issued() {
        return Set.copyOf(issued);
    }

    /** Gives access tokens of another lifetime from now on. */
    public ScriptedXero withAccessTokensFor(Duration lifetime) {
        this.lifetime = lifetime;
        return this;
    }

    /** Redeems at once and answers so much later, from now on: that is when a kill hurts. */
    public ScriptedXero withAnswersAfter(Duration delay) {
        this.delay = delay;
        return this;
    }

    @Override
    public void close() {
        server.close();
    }

    private void routes(RoutesConfig routes) {
        routes.get("/identity/connect/authorize", this::authorize)
                .post("/connect/token", exchange -> {
                    token(exchange);
                    LockSupport.parkNanos(delay.toNanos());
                })
                .post("/connect/revocation", this::revoke)
                .get("/connections", this::connections)
                .get("/api.xro/2.0/Invoices", this::invoices);
    }

    private void authorize(Context exchange) {
        if (!CLIENT_ID.equals(exchange.queryParam("client_id"))
                || !redirectUri.toString().equals(exchange.queryParam("redirect_uri"))
                || !"code".equals(exchange.queryParam("response_type"))) {
            exchange.status(400).html("<p>Sorry, something went wrong. Error: unauthorized_client</p>");
            return;
        }
        String code = newSecret();
        String scope = orEmpty(exchange.queryParam("scope"));
        codes.put(
                code,
                new Code(
                        redirectUri.toString(),
                        orEmpty(exchange.queryParam("code_challenge")),
                        scope,
                        clock.instant().plus(CODE)));
        exchange.status(302)
                .header(
                        "Location",
                        redirectUri + "?code=" + code + "&scope=" + encode(scope) + "&state="
                                + encode(orEmpty(exchange.queryParam("state"))) + "&session_state=" + random());
    }

    private synchronized void token(Context exchange) {
        if (!isClient(exchange)) {
            error(exchange, "invalid_client");
            return;
        }
        String grantType = orEmpty(exchange.formParam("grant_type"));
        String scope =
                switch (grantType) {
                    case "authorization_code" -> redeemed(exchange);
                    case "refresh_token" -> refreshed(orEmpty(exchange.formParam("refresh_token")));
                    default -> null;
                };
        if (scope == null) {
            error(
                    exchange,
                    grantType.matches("authorization_code|refresh_token") ? "invalid_grant" : "unsupported_grant_type");
            return;
        }
        redemptions.add(grantType);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("access_token", newAccessToken());
        answer.put("expires_in", lifetime.toSeconds());
        answer.put("token_type", "Bearer");
        if (List.of(scope.split(" ")).contains("offline_access")) {
            String refreshToken = newSecret();
            refreshTokens.put(refreshToken, new Refresh(scope, clock.instant(), null));
            answer.put("refresh_token", refreshToken);
        }
        answer.put("scope", scope);
        exchange.json(answer);
    }

    /** The scope of a code that is good, or null. A code works once. */
    private @Nullable String redeemed(Context exchange) {
        Code code = codes.remove(orEmpty(exchange.formParam("code")));
        boolean good = code != null
                && clock.instant().isBefore(code.expiresAt())
                && code.redirectUri().equals(exchange.formParam("redirect_uri"))
                && (code.challenge().isEmpty()
                        || code.challenge().equals(s256(orEmpty(exchange.formParam("code_verifier")))));
        return code != null && good ? code.scope() : null;
    }

    /** The scope of a refresh token that is good, or null. A used one stays good for the grace, counted from its first use. */
    private @Nullable String refreshed(String token) {
        Refresh refresh = refreshTokens.get(token);
        if (refresh == null || clock.instant().isAfter(refresh.issuedAt().plus(IDLE))) {
            return null;
        }
        if (refresh.usedAt() == null) {
            refreshTokens.put(token, new Refresh(refresh.scope(), refresh.issuedAt(), clock.instant()));
        } else if (clock.instant().isAfter(refresh.usedAt().plus(GRACE))) {
            return null;
        }
        return refresh.scope();
    }

    /** Ends the user's whole consent to the app. */
    private synchronized void revoke(Context exchange) {
        if (!isClient(exchange)) {
            error(exchange, "invalid_client");
            return;
        }
        if (refreshTokens.containsKey(orEmpty(exchange.formParam("token")))) {
            revocations.incrementAndGet();
            refreshTokens.clear();
            accessTokens.clear();
        }
        exchange.status(200);
    }

    private void connections(Context exchange) {
        if (isAuthorized(exchange)) {
            exchange.json(List.of(Map.of(
                    "id", "e1eede29-f875-4a5d-8470-17f6a29a88b1",
                    "authEventId", "d99ecdfe-391d-43d2-b834-17636ba90e8d",
                    "tenantId", TENANT_ID,
                    "tenantType", "ORGANISATION",
                    "tenantName", "Maple Florists Ltd",
                    "createdDateUtc", "2026-01-02T03:04:05.0000000",
                    "updatedDateUtc", "2026-01-02T03:04:05.0000000")));
        }
    }

    private void invoices(Context exchange) {
        if (!isAuthorized(exchange)) {
            return;
        }
        if (!TENANT_ID.equals(exchange.header("Xero-tenant-id"))) {
            exchange.status(403)
                    .json(Map.of("Title", "Forbidden", "Status", 403, "Detail", "AuthenticationUnsuccessful"));
            return;
        }
        exchange.json(Map.of(
                "Status",
                "OK",
                "Invoices",
                List.of(Map.of(
                        "Type", "ACCREC",
                        "InvoiceNumber", "INV-0001",
                        "Contact", Map.of("Name", "City Limousines"),
                        "Total", 148.5,
                        "CurrencyCode", "NZD"))));
    }

    private boolean isAuthorized(Context exchange) {
        String header = orEmpty(exchange.header("Authorization"));
        Instant expiresAt = header.startsWith("Bearer ") ? accessTokens.get(header.substring(7)) : null;
        boolean good = expiresAt != null && clock.instant().isBefore(expiresAt);
        if (!good) {
            exchange.status(401)
                    .json(Map.of("Title", "Unauthorized", "Status", 401, "Detail", "AuthenticationUnsuccessful"));
        }
        return good;
    }

    private String newAccessToken() {
        String token = newSecret();
        accessTokens.put(token, clock.instant().plus(lifetime));
        return token;
    }

    private static boolean isClient(Context exchange) {
        String pair = CLIENT_ID + ":" + CLIENT_SECRET;
        return ("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
                .equals(exchange.header("Authorization"));
    }

    private static void error(Context exchange, String error) {
        exchange.status(400).json(Map.of("error", error));
    }

    private String newSecret() {
        String secret = random();
        issued.add(secret);
        return secret;
    }

    private static String random() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String s256(String verifier) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

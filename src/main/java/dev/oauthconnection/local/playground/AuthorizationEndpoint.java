package dev.oauthconnection.local.playground;

import dev.oauthconnection.local.http.Asker;
import dev.oauthconnection.local.http.Pages;
import dev.oauthconnection.local.http.Refusal;
import io.javalin.http.Context;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The authorization endpoint (RFC 6749, section 4.1.1): asks the one person of the playground, with PKCE S256 required (RFC 7636) and
 * {@code iss} in each response (RFC 9207). The page's form is bound to the browser it was shown in by a cookie, and works once.
 */
final class AuthorizationEndpoint {
    private static final String COOKIE = "playground";
    private static final Duration PAGE_LIFETIME = Duration.ofMinutes(10);
    private static final Duration CODE_LIFETIME = Duration.ofSeconds(60);
    private static final int MAX_PAGES = 200;
    private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final Pattern RANDOM = Pattern.compile("[A-Za-z0-9_-]{32}");

    private record Request(
            PlaygroundClient client,
            URI redirectUri,
            @Nullable String state,
            @Nullable String nonce,
            String challenge,
            List<String> scopes) {}

    private record Page(Request request, String browser, Instant expiresAt) {}

    private final String issuer;
    private final ClientAuthenticator clients;
    private final Ledger ledger;
    private final InstantSource clock;
    private final boolean approve;
    private final Pages pages = new Pages(Playground.class);
    private final SequencedMap<String, Page> open = new LinkedHashMap<>();

    AuthorizationEndpoint(
            String issuer, ClientAuthenticator clients, Ledger ledger, InstantSource clock, boolean approve) {
        this.issuer = issuer;
        this.clients = clients;
        this.ledger = ledger;
        this.clock = clock;
        this.approve = approve;
    }

    /** GET: shows the page, or answers to the redirect URI what is wrong with the request. */
    void ask(Context exchange) {
        Parameters query = Parameters.ofQuery(exchange);
        PlaygroundClient client = client(query);
        URI redirectUri = redirectUri(query, client);
        Request request;
        try {
            request = read(query, client, redirectUri);
        } catch (OAuthError e) {
            redirect(
                    exchange,
                    redirectUri,
                    stateOf(query),
                    Map.of("error", e.code(), "error_description", e.description()));
            return;
        }
        if (approve) {
            redirect(exchange, redirectUri, request.state(), Map.of("code", newCode(request)));
            return;
        }
        String origin = redirectUri.getScheme() + "://" + redirectUri.getAuthority();
        Pages.formMayEndAt(exchange, origin);
        pages.show(
                exchange,
                "ask",
                "Allow " + client.id() + "?",
                Map.of(
                        "client",
                        client.id(),
                        "scopes",
                        request.scopes(),
                        "to",
                        origin,
                        "page",
                        remember(exchange, request)),
                null);
    }

    /** POST: the person's answer. */
    void answer(Context exchange) {
        if (Asker.of(exchange) == Asker.FOREIGN) {
            throw new Refusal(403, "access_denied", "The answer to this page can only come from the page itself.");
        }
        Parameters form = Parameters.ofForm(exchange);
        Page page = take(form.need("page"));
        if (page == null || !page.browser().equals(exchange.cookie(COOKIE))) {
            throw new Refusal(
                    400,
                    "invalid_request",
                    "This page lapsed or was answered before. Start again from the application.");
        }
        boolean allowed = "allow".equals(form.get("decision"));
        Map<String, String> result = allowed
                ? Map.of("code", newCode(page.request()))
                : Map.of("error", "access_denied", "error_description", "the visitor did not allow it");
        Pages.formMayEndAt(
                exchange,
                page.request().redirectUri().getScheme() + "://"
                        + page.request().redirectUri().getAuthority());
        redirect(exchange, page.request().redirectUri(), page.request().state(), result);
    }

    /** An unknown client or redirect URI is told to the person, never redirected (RFC 6749, section 4.1.2.1). */
    private PlaygroundClient client(Parameters query) {
        PlaygroundClient client = clients.find(query.get("client_id"));
        if (client == null) {
            throw new Refusal(400, "invalid_request", "The playground does not know this client_id.");
        }
        return client;
    }

    private static URI redirectUri(Parameters query, PlaygroundClient client) {
        String asked = query.get("redirect_uri");
        return client.redirectUris().stream()
                .filter(uri -> uri.toString().equals(asked))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        400,
                        "invalid_request",
                        "The redirect_uri is not one that is registered for this client: " + client.redirectUris()));
    }

    private static Request read(Parameters query, PlaygroundClient client, URI redirectUri) {
        query.refuseRepeated();
        if (!query.need("response_type").equals("code")) {
            throw new OAuthError(400, "unsupported_response_type", "response_type must be code");
        }
        if (!client.may("authorization_code")) {
            throw new OAuthError(400, "unauthorized_client", "this client may not ask for a code");
        }
        String mode = query.get("response_mode");
        if (mode != null && !mode.equals("query")) {
            throw OAuthError.invalidRequest("response_mode must be query");
        }
        if (query.get("request") != null || query.get("request_uri") != null) {
            throw new OAuthError(400, "request_not_supported", "send the parameters as a query");
        }
        String challenge = query.need("code_challenge");
        if (!"S256".equals(query.get("code_challenge_method"))
                || !CHALLENGE.matcher(challenge).matches()) {
            throw OAuthError.invalidRequest("PKCE with code_challenge_method S256 is required");
        }
        if ("none".equals(query.get("prompt"))) {
            throw new OAuthError(400, "interaction_required", "the playground always asks");
        }
        List<String> scopes = query.scopes(client.scopes(), client.scopes());
        return new Request(client, redirectUri, query.get("state"), query.get("nonce"), challenge, scopes);
    }

    /** The state of a broken request: a repeated one is none. */
    private static @Nullable String stateOf(Parameters query) {
        List<String> values = query.all().getOrDefault("state", List.of());
        return values.size() == 1 ? values.getFirst() : null;
    }

    private String newCode(Request request) {
        String code = "pgc_" + Secrets.random();
        Instant now = clock.instant();
        ledger.change(state -> state.codes()
                .put(
                        Secrets.hash(code),
                        new Ledger.Code(
                                request.client().id(),
                                request.redirectUri().toString(),
                                request.challenge(),
                                request.nonce(),
                                request.scopes(),
                                now,
                                now.plus(CODE_LIFETIME),
                                null)));
        return code;
    }

    private String remember(Context exchange, Request request) {
        String cookie = exchange.cookie(COOKIE);
        String browser = cookie != null && RANDOM.matcher(cookie).matches() ? cookie : Secrets.random();
        exchange.header("Set-Cookie", COOKIE + "=" + browser + "; Path=/authorize; HttpOnly; SameSite=Strict");
        String page = Secrets.random();
        synchronized (open) {
            open.values().removeIf(old -> old.expiresAt().isBefore(clock.instant()));
            if (open.size() >= MAX_PAGES) {
                open.pollFirstEntry();
            }
            open.put(page, new Page(request, browser, clock.instant().plus(PAGE_LIFETIME)));
        }
        return page;
    }

    private @Nullable Page take(String id) {
        synchronized (open) {
            Page page = open.remove(id);
            return page == null || page.expiresAt().isBefore(clock.instant()) ? null : page;
        }
    }

    private void redirect(Context exchange, URI redirectUri, @Nullable String state, Map<String, String> result) {
        StringBuilder to = new StringBuilder(redirectUri.toString());
        char separator = redirectUri.getRawQuery() == null ? '?' : '&';
        Map<String, String> parameters = new LinkedHashMap<>(result);
        if (state != null) {
            parameters.put("state", state);
        }
        parameters.put("iss", issuer);
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            to.append(separator)
                    .append(parameter.getKey())
                    .append('=')
                    .append(URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8));
            separator = '&';
        }
        exchange.status(303).header("Location", to.toString());
    }
}

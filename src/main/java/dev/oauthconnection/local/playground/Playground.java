package dev.oauthconnection.local.playground;

import dev.oauthconnection.local.http.LocalServer;
import dev.oauthconnection.local.http.Pages;
import dev.oauthconnection.local.http.Refusal;
import dev.oauthconnection.serving.KnownHosts;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An OAuth 2.0 and OpenID Connect authorization server on 127.0.0.1, as strict as the strictest: exact redirect URIs, PKCE S256 required,
 * codes and refresh tokens that work once, and a family of refresh tokens that ends when one is used twice. What it promised is on the
 * disk before it answers, so that it goes on after a kill at any moment.
 */
public final class Playground implements AutoCloseable {
    /** Where it listens. */
    public static final String ADDRESS = "127.0.0.1";

    private static final int SERVED_KEPT = 1_000;

    private final String issuer;
    private final KnownHosts hosts;
    private final InstantSource clock;
    private final ClientAuthenticator clients;
    private final IdTokens idTokens;
    private final TokenGrants grants;
    private final AuthorizationEndpoint authorization;
    private final Pages pages = new Pages(Playground.class);
    private final Deque<Served> served = new ArrayDeque<>();
    private final LocalServer server;

    private Playground(Settings settings, int port, InstantSource clock) throws IOException {
        this.issuer = "http://" + ADDRESS + ":" + port;
        this.hosts = KnownHosts.loopback(port);
        this.clock = clock;
        Ledger ledger = Ledger.open(settings.folder().resolve("playground.json"), clock, IdTokens::newSigningKey);
        this.clients = new ClientAuthenticator(settings.clients());
        this.idTokens = new IdTokens(issuer, ledger.read().signingKey());
        this.grants = new TokenGrants(ledger, idTokens, clock);
        this.authorization = new AuthorizationEndpoint(issuer, clients, ledger, clock, settings.approve());
        this.server = LocalServer.start(ADDRESS, port, this::routes);
    }

    /**
     * How a playground is run.
     *
     * @param folder where its state lies; exists
     * @param port 0 for any free one; the issuer is the same again on the same port
     * @param approve whether the visitor says yes without being asked
     */
    public record Settings(Path folder, int port, List<PlaygroundClient> clients, boolean approve) {}

    /**
     * Starts it, or goes on with what the folder holds.
     *
     * @throws IOException with a message for the user, when its state cannot be read or written
     * @throws io.javalin.util.JavalinBindException when the port is taken
     */
    public static Playground start(Settings settings, InstantSource clock) throws IOException {
        return new Playground(settings, settings.port() == 0 ? freePort() : settings.port(), clock);
    }

    /** The issuer identifier, from which all else is discovered. */
    public String issuer() {
        return issuer;
    }

    public int port() {
        return server.port();
    }

    /** The latest token requests, oldest first, at most 1,000. */
    public List<Served> served() {
        synchronized (served) {
            return List.copyOf(served);
        }
    }

    @Override
    public void close() {
        server.close();
    }

    private void routes(RoutesConfig routes) {
        routes.before(this::guard)
                .get("/.well-known/openid-configuration", exchange -> exchange.json(metadata()))
                .get("/.well-known/oauth-authorization-server", exchange -> exchange.json(metadata()))
                .get("/jwks", exchange -> exchange.json(idTokens.jwks()))
                .get("/authorize", authorization::ask)
                .post("/authorize", authorization::answer)
                .post("/token", this::token)
                .post("/revoke", this::revoke)
                .get("/userinfo", this::userinfo)
                .post("/userinfo", this::userinfo);
        routes.exception(OAuthError.class, Playground::answerError);
        routes.exception(Refusal.class, this::showRefusal);
    }

    private void guard(Context exchange) {
        Pages.headers(exchange);
        if (!hosts.contains(exchange.header("Host"))) {
            throw new Refusal(421, "misdirected_request", "This server answers to " + hosts + " only.");
        }
    }

    /** OpenID Connect Discovery, section 3; RFC 8414, section 2; RFC 9207, section 3. */
    private Map<String, Object> metadata() {
        List<String> authentication = List.of("client_secret_basic", "client_secret_post", "none");
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("issuer", issuer);
        metadata.put("authorization_endpoint", issuer + "/authorize");
        metadata.put("token_endpoint", issuer + "/token");
        metadata.put("revocation_endpoint", issuer + "/revoke");
        metadata.put("userinfo_endpoint", issuer + "/userinfo");
        metadata.put("jwks_uri", issuer + "/jwks");
        metadata.put("response_types_supported", List.of("code"));
        metadata.put("response_modes_supported", List.of("query"));
        metadata.put("grant_types_supported", List.of("authorization_code", "refresh_token", "client_credentials"));
        metadata.put("subject_types_supported", List.of("public"));
        metadata.put("id_token_signing_alg_values_supported", List.of("ES256"));
        metadata.put("scopes_supported", List.of("openid", "profile", "offline_access"));
        metadata.put("token_endpoint_auth_methods_supported", authentication);
        metadata.put("revocation_endpoint_auth_methods_supported", authentication);
        metadata.put("code_challenge_methods_supported", List.of("S256"));
        metadata.put("authorization_response_iss_parameter_supported", true);
        return metadata;
    }

    private void token(Context exchange) {
        String grantType = "unknown";
        String clientId = "unknown";
        try {
            Parameters form = Parameters.ofForm(exchange);
            form.refuseRepeated();
            String asked = form.need("grant_type");
            grantType = asked.matches("authorization_code|refresh_token|client_credentials") ? asked : grantType;
            PlaygroundClient client = clients.authenticate(exchange.header("Authorization"), form);
            clientId = client.id();
            Map<String, Object> answer = grants.answer(client, asked, form);
            record(grantType, clientId, "granted");
            exchange.header("Pragma", "no-cache").json(answer);
        } catch (OAuthError e) {
            record(grantType, clientId, e.code());
            throw e;
        }
    }

    private void revoke(Context exchange) {
        Parameters form = Parameters.ofForm(exchange);
        form.refuseRepeated();
        PlaygroundClient client = clients.authenticate(exchange.header("Authorization"), form);
        grants.revoke(client, form.need("token"));
        exchange.status(200);
    }

    /** OpenID Connect Core, section 5.3; errors as RFC 6750, section 3. */
    private void userinfo(Context exchange) {
        String authorizationHeader = exchange.header("Authorization");
        boolean bearer = authorizationHeader != null && authorizationHeader.regionMatches(true, 0, "Bearer ", 0, 7);
        Ledger.Access access = authorizationHeader != null && bearer
                ? grants.access(authorizationHeader.substring(7).trim())
                : null;
        if (access == null) {
            exchange.status(401).header("WWW-Authenticate", bearer ? "Bearer error=\"invalid_token\"" : "Bearer");
        } else if (access.family() == null || !access.scopes().contains("openid")) {
            exchange.status(403).header("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"openid\"");
        } else {
            exchange.json(Map.of("sub", IdTokens.SUBJECT, "name", "A visitor of the playground"));
        }
    }

    private void record(String grantType, String clientId, String outcome) {
        Instant now = clock.instant();
        synchronized (served) {
            served.addLast(new Served(now, grantType, clientId, outcome));
            if (served.size() > SERVED_KEPT) {
                served.removeFirst();
            }
        }
    }

    private static void answerError(OAuthError error, Context exchange) {
        if (error.status() == 401) {
            exchange.header("WWW-Authenticate", "Basic realm=\"playground\"");
        }
        exchange.status(error.status())
                .header("Pragma", "no-cache")
                .json(Map.of("error", error.code(), "error_description", error.description()));
    }

    private void showRefusal(Refusal refusal, Context exchange) {
        exchange.status(refusal.status());
        pages.show(exchange, "refused", "The playground cannot do this", Map.of("message", refusal.message()), null);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}

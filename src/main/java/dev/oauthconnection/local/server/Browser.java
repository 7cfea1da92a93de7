package dev.oauthconnection.local.server;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.local.http.Asker;
import dev.oauthconnection.local.http.Pages;
import dev.oauthconnection.local.http.Refusal;
import dev.oauthconnection.serving.KnownHosts;
import io.javalin.http.Context;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What people see, and the flow that their browser goes through. */
final class Browser {
    private static final String COOKIE = "oauth-consent";
    private static final int LIVE_SECONDS = 2;
    private static final int MAX_CREDENTIAL = 1024;

    private final TokenServerSettings settings;
    private final Connections connections;
    private final Ports ports;
    private final Pages pages = new Pages(TokenServer.class);

    Browser(TokenServerSettings settings, Connections connections, Ports ports) {
        this.settings = settings;
        this.connections = connections;
        this.ports = ports;
    }

    /** GET / */
    void index(Context exchange) {
        pages.show(exchange, "index", "Connections", overview(), null);
    }

    /** POST /: stores the client's credentials and declares the connection. */
    void store(Context exchange) {
        String id = field(exchange, "client_id");
        String secret = field(exchange, "client_secret");
        String tenantId = field(exchange, "tenant_id");
        if (id.isEmpty()) {
            throw new Refusal(
                    400, "invalid_request", "Enter the client id of the app that is registered with the provider.");
        }
        switch (checkScopes()) {
            case ScopeCheck.Differs differs -> throw new Refusal(409, "scopes_differ", differs.message());
            case ScopeCheck.Fits fits -> {
                connections.storeClient(id, secret, tenantId);
                connections.applySettings();
            }
        }
        exchange.status(303).header("Location", "/");
    }

    /** GET /home: starts the consent of the served connection. */
    void home(Context exchange) {
        if (connections.find() == null) {
            exchange.status(303).header("Location", "/");
            return;
        }
        begin(exchange, settings.namespace(), settings.connection());
    }

    /** GET at a connection's {@code status.consent.url}. No pairing code is asked for: whoever may open it may read the token too. */
    void connect(Context exchange) {
        String namespace = exchange.pathParam("namespace");
        String name = exchange.pathParam("name");
        if (!Names.isObjectName(namespace) || !Names.isObjectName(name)) {
            throw new Refusal(404, "not_found", "There is no such connection.");
        }
        begin(exchange, namespace, name);
    }

    /** Sends the browser to the provider. A page of another site may only bring it as far as a button. */
    private void begin(Context exchange, String namespace, String name) {
        if (Asker.of(exchange) == Asker.FOREIGN) {
            pages.show(exchange, "start", "Connect " + name, Map.of("name", name, "path", exchange.path()), null);
            return;
        }
        URI home = settings.page(exchange.path());
        if (KnownHosts.isLoopback(home)
                && home.getPort() == settings.port()
                && !home.getAuthority().equalsIgnoreCase(exchange.header("Host"))) {
            // The cookie must live on the host that the provider sends the browser back to.
            exchange.status(302).header("Location", home.toString());
            return;
        }
        switch (ports.consent().begin(namespace, name)) {
            case ConsentFlow.Begin.Redirect redirect -> {
                exchange.header("Set-Cookie", cookie(redirect.cookieValue(), 600));
                exchange.status(302)
                        .header("Location", redirect.authorizationRequest().toString());
            }
            case ConsentFlow.Begin.Refused refused ->
                message(exchange, 409, "The consent cannot be started", refused.message());
        }
    }

    /** GET at the redirect URI: the authorization response. */
    void code(Context exchange) {
        String binding = exchange.cookie(COOKIE);
        exchange.header("Set-Cookie", cookie("", 0));
        switch (ports.consent().complete(exchange.queryParamMap(), binding)) {
            case ConsentFlow.Completion.Granted granted ->
                pages.show(
                        exchange,
                        "granted",
                        "Connected",
                        Map.of("name", granted.connection(), "notes", granted.notes()),
                        null);
            case ConsentFlow.Completion.Failed failed -> message(exchange, 400, failed.title(), failed.message());
        }
    }

    /**
     * POST at the redirect URI (response_mode form_post): a form of another site brings no Lax cookie, a visit of a page does. So the
     * browser is sent on to the same place with the same parameters.
     */
    void formPost(Context exchange) {
        String query = exchange.formParamMap().entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(value -> encode(entry.getKey()) + "=" + encode(value)))
                .collect(Collectors.joining("&"));
        exchange.status(303).header("Location", exchange.path() + "?" + query);
    }

    /** GET /status for a browser: the page loads itself again, which needs no script. */
    void live(Context exchange) {
        Map<String, @Nullable Object> model = new HashMap<>(overview());
        model.put("activity", ports.activity().latest());
        pages.show(exchange, "status", "What happens", model, LIVE_SECONDS);
    }

    void message(Context exchange, int status, String title, String message) {
        exchange.status(status);
        pages.show(exchange, "message", title, Map.of("title", title, "message", message), null);
    }

    /** Whether the settings' scopes fit the grant that is there. */
    ScopeCheck checkScopes() {
        State stored = connections.find();
        return ScopeCheck.of(
                settings.scopes(),
                stored == null ? null : stored.connection().getSpec(),
                ports.grants().present(settings.namespace(), settings.connection()),
                settings.page("/revoke").toString());
    }

    private Map<String, @Nullable Object> overview() {
        Map<String, @Nullable Object> model = new HashMap<>();
        State served = connections.find();
        List<State> all = connections.all();
        model.put("name", settings.connection());
        model.put("provider", settings.provider());
        model.put("scopes", settings.scopes());
        model.put("redirectUri", settings.redirectUri());
        model.put("configured", served != null);
        model.put("playground", settings.playground());
        model.put("wantsConsent", served != null && served.wantsConsent());
        model.put("any", !all.isEmpty());
        model.put("connections", all.stream().map(this::row).toList());
        return model;
    }

    private Map<String, @Nullable Object> row(State state) {
        Map<String, @Nullable Object> row = new HashMap<>();
        var status = state.connection().getStatus();
        row.put("connection", state.name());
        row.put("from", state.connection().getSpec().provider().name());
        row.put("class", state.tone());
        row.put("reason", state.reason());
        row.put("message", state.message());
        row.put(
                "expiresAt",
                status == null || status.token() == null ? null : status.token().expiresAt());
        row.put(
                "refreshedAt",
                status == null || status.token() == null ? null : status.token().refreshedAt());
        row.put("consent", state.wantsConsent() ? state.consentUrl() : null);
        return row;
    }

    private String cookie(String value, int maxAge) {
        return COOKIE + "=" + value + "; Path=" + settings.redirectUri().getPath() + "; Max-Age=" + maxAge
                + "; HttpOnly; SameSite=Lax"
                + ("https".equals(settings.redirectUri().getScheme()) ? "; Secure" : "");
    }

    private static String field(Context exchange, String name) {
        String value = exchange.formParam(name);
        String trimmed = value == null ? "" : value.trim();
        if (trimmed.length() > MAX_CREDENTIAL || trimmed.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
            throw new Refusal(
                    400, "invalid_request", "The field " + name + " is too long or holds a control character.");
        }
        return trimmed;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

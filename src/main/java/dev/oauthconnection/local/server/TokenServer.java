package dev.oauthconnection.local.server;

import dev.oauthconnection.local.http.Asker;
import dev.oauthconnection.local.http.LocalServer;
import dev.oauthconnection.local.http.Pages;
import dev.oauthconnection.local.http.Refusal;
import dev.oauthconnection.serving.KnownHosts;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local token server: the current access token of one connection as JSON, for scripts on this machine, and the pages by which a
 * person connects it. It is a client of the Kubernetes API like any other and never sees a refresh token.
 *
 * <p>Each request must name this server in its Host header. What tells a token or changes something is refused to pages of other sites.
 * No answer carries a CORS header.
 */
public final class TokenServer {
    private static final Logger LOG = LoggerFactory.getLogger(TokenServer.class);
    private static final String CODE = "/code";
    private static final Set<String> PAGES =
            Set.of("", "/", "/home", "/livez", "/status", "/token", "/tenants", "/refresh", "/revoke", "/logout");

    private final TokenServerSettings settings;
    private final KnownHosts hosts;
    private final Connections connections;
    private final Actions actions;
    private final Browser browser;

    public TokenServer(TokenServerSettings settings, KubernetesClient kubernetes, Ports ports, InstantSource clock) {
        this.settings = settings;
        this.hosts = hosts(settings);
        this.connections = new Connections(kubernetes, settings);
        this.actions = new Actions(settings, connections, ports, clock);
        this.browser = new Browser(settings, connections, ports);
    }

    /**
     * Brings a connection of an earlier run to these settings, before anything is served. When that would need a new consent, nothing is
     * changed, and the process should stop with the message.
     */
    public ScopeCheck prepare() {
        ScopeCheck check = browser.checkScopes();
        return switch (check) {
            case ScopeCheck.Differs differs -> differs;
            case ScopeCheck.Fits fits -> {
                if (connections.find() != null) {
                    connections.applySettings();
                }
                yield fits;
            }
        };
    }

    /**
     * Starts to listen.
     *
     * @throws io.javalin.util.JavalinBindException when the port is taken
     */
    public LocalServer start() {
        return LocalServer.start(settings.address(), settings.port(), this::routes);
    }

    /** Whether this path is one of the server's own, so that it cannot be the redirect URI's. */
    public static boolean isPage(String path) {
        return PAGES.contains(path) || path.startsWith("/connect/");
    }

    /** The endpoints, with the filter before them. */
    public void routes(RoutesConfig routes) {
        routes.before(this::guard)
                .get("/", browser::index)
                .post("/", own(browser::store))
                .get("/home", browser::home)
                .get("/connect/{namespace}/{name}", browser::connect)
                .get(CODE, browser::code)
                .post(CODE, browser::formPost)
                .get("/livez", exchange -> exchange.result("ok"))
                .get("/status", this::status)
                .get("/token", own(exchange -> json(exchange, actions.token())))
                .get("/tenants", own(exchange -> exchange.contentType("application/json")
                        .result(actions.tenants())))
                .get("/refresh", told(exchange -> act(exchange, actions.refresh())))
                .post("/refresh", own(exchange -> act(exchange, actions.refresh())))
                .get("/revoke", told(exchange -> act(exchange, actions.revoke())))
                .post("/revoke", own(exchange -> act(exchange, actions.revoke())))
                .get("/logout", told(exchange -> act(exchange, actions.logout())))
                .post("/logout", own(exchange -> act(exchange, actions.logout())));
        String callback = settings.redirectUri().getPath();
        if (!callback.equals(CODE)) {
            routes.get(callback, browser::code).post(callback, browser::formPost);
        }
        routes.exception(
                Refusal.class,
                (refusal, exchange) -> fail(exchange, refusal.status(), refusal.error(), refusal.message()));
        routes.exception(KubernetesClientException.class, (e, exchange) -> {
            LOG.warn("the Kubernetes API refused: {}", e.getMessage());
            fail(
                    exchange,
                    503,
                    "kubernetes_unavailable",
                    "The Kubernetes API could not do this. Try again; the log says more.");
        });
    }

    private static KnownHosts hosts(TokenServerSettings settings) {
        KnownHosts hosts = KnownHosts.loopback(settings.port()).and(settings.redirectUri());
        String address = settings.address();
        try {
            if (InetAddress.getByName(address).isAnyLocalAddress()) {
                return hosts.andOwnAddresses(settings.port());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the address " + address + " cannot be listened on", e);
        }
        String host = address.contains(":") ? "[" + address + "]" : address;
        return hosts.and(URI.create("http://" + host + ":" + settings.port()));
    }

    private void guard(Context exchange) {
        Pages.headers(exchange);
        if (!hosts.contains(exchange.header("Host"))) {
            throw new Refusal(421, "misdirected_request", "This server answers to these names only: " + hosts);
        }
    }

    /** Lets programs, the address bar and this server's own pages through, and no other site's. */
    private static Handler own(Handler handler) {
        return exchange -> {
            if (Asker.of(exchange) == Asker.FOREIGN) {
                throw new Refusal(
                        403,
                        "cross_site_request",
                        "A page of another site asked for this. Open it from this server's own pages, or from a program.");
            }
            handler.handle(exchange);
        };
    }

    /** As {@link #own}, for what a mere visit would change. */
    private static Handler told(Handler handler) {
        return own(exchange -> {
            if (Asker.isBrowserOfUnknownPage(exchange)) {
                throw new Refusal(
                        403,
                        "cross_site_request",
                        "This browser does not tell which page asked for this. Use the buttons of the pages / and /status.");
            }
            handler.handle(exchange);
        });
    }

    private void status(Context exchange) {
        if (wantsPage(exchange)) {
            browser.live(exchange);
            return;
        }
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        State served = connections.find();
        json.put("ready", served != null && served.ready());
        if (served == null) {
            json.put("message", "Enter the client id and the client secret at " + settings.page("/"));
        } else {
            json.putAll(served.json());
        }
        if (served == null || served.wantsConsent()) {
            json.put("consent", settings.page("/home").toString());
        }
        List<Map<String, Object>> all =
                connections.all().stream().map(State::json).toList();
        json.put("connections", all);
        exchange.json(json);
    }

    /** Answers a program in JSON, and a person's form with the live page. */
    private void act(Context exchange, Actions.Answer answer) {
        if (!wantsPage(exchange)) {
            json(exchange, answer);
        } else if (answer.isSuccess()) {
            exchange.status(303).header("Location", "/status");
        } else {
            browser.message(
                    exchange,
                    answer.status(),
                    "Not done",
                    String.valueOf(answer.json().get("message")));
        }
    }

    private static void json(Context exchange, Actions.Answer answer) {
        exchange.status(answer.status()).json(answer.json());
    }

    private void fail(Context exchange, int status, String error, String message) {
        if (wantsPage(exchange)) {
            browser.message(exchange, status, "Not done", message);
        } else {
            exchange.status(status).json(Map.of("error", error, "message", message));
        }
    }

    private static boolean wantsPage(Context exchange) {
        String accept = exchange.header("Accept");
        return accept != null && accept.contains("text/html");
    }
}

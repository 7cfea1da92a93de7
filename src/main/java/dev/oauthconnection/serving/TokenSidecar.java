package dev.oauthconnection.serving;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;

/**
 * Serves the token of a mounted Secret at {@code /token} on the loopback interface, for the other containers of its pod. The answers are
 * those of local mode's token server. It asks nobody: the file is read for each request.
 *
 * <p>The HTTP server is the JDK's, since one of these runs in each pod: it starts in half the time and takes 20 MiB less than the one that the
 * operator has.
 */
public final class TokenSidecar implements AutoCloseable {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int NOT_READY = 503;

    private final TokenFolder folder;
    private final InstantSource clock;
    private final HttpServer server;
    private final KnownHosts hosts;

    private record Answer(int status, Map<String, Object> json) {}

    private TokenSidecar(TokenFolder folder, InstantSource clock, HttpServer server) {
        this.folder = folder;
        this.clock = clock;
        this.server = server;
        this.hosts = KnownHosts.loopback(server.getAddress().getPort());
    }

    /**
     * Starts to listen on 127.0.0.1.
     *
     * @param port 0 for any free one
     * @throws java.net.BindException when the port is taken
     */
    public static TokenSidecar start(int port, TokenFolder folder, InstantSource clock) throws IOException {
        limit();
        byte[] loopback = {127, 0, 0, 1};
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(loopback), port), 0);
        TokenSidecar sidecar = new TokenSidecar(folder, clock, server);
        server.createContext("/", sidecar::serve);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        return sidecar;
    }

    /**
     * Serves {@code /livez}, and nothing else, at every address of this machine: the kubelet's probes do not reach loopback.
     *
     * @param port 0 for any free one
     * @throws java.net.BindException when the port is taken
     */
    public static HttpServer startLivez(int port) throws IOException {
        limit();
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.createContext("/", exchange -> {
            boolean known = exchange.getRequestURI().getPath().equals("/livez");
            send(exchange, known ? 200 : 404, "text/plain", known ? "ok" : "there is /livez");
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        return server;
    }

    /** The JDK's server has no bounds by default: seconds for a request and for its answer, and connections at once. */
    private static void limit() {
        System.setProperty("sun.net.httpserver.maxReqTime", "5");
        System.setProperty("sun.net.httpserver.maxRspTime", "5");
        System.setProperty("jdk.httpserver.maxConnections", "200");
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/livez") && isKnown(exchange)) {
            send(exchange, 200, "text/plain", "ok");
            return;
        }
        Answer answer = answer(exchange, path);
        send(exchange, answer.status(), "application/json", json(answer.json()));
    }

    private boolean isKnown(HttpExchange exchange) {
        return hosts.contains(exchange.getRequestHeaders().getFirst("Host"));
    }

    private Answer answer(HttpExchange exchange, String path) {
        if (!isKnown(exchange)) {
            return error(421, "misdirected_request", "This server answers to these names only: " + hosts);
        }
        if (!path.equals("/token")) {
            return error(404, "not_found", "There are /token and /livez.");
        }
        if (!exchange.getRequestMethod().equals("GET")) {
            exchange.getResponseHeaders().set("Allow", "GET");
            return error(405, "method_not_allowed", "Ask with GET.");
        }
        try {
            return token(folder.values());
        } catch (IOException e) {
            return error(
                    NOT_READY,
                    "not_readable",
                    folder.folder() + " cannot be read (" + e.getClass().getSimpleName()
                            + "): check the mount, and the user that this container runs as.");
        }
    }

    private Answer token(Map<String, String> values) {
        Instant now = clock.instant();
        Optional<ServedToken> token = ServedToken.of(values::get);
        if (token.isEmpty()) {
            return values.containsKey("access_token")
                    ? error(
                            NOT_READY,
                            "no_expiry",
                            "The Secret at " + folder.folder()
                                    + " does not say when its token expires: leave out spec.secret.template, or give it the key"
                                    + " expires_at with {{expiresAt}}.")
                    : error(
                            NOT_READY,
                            "no_token",
                            "There is no access token at " + folder.folder()
                                    + " yet: mount the token Secret there, and see what the connection's Ready condition says.");
        }
        return token.get().isExpired(now)
                ? error(
                        NOT_READY,
                        "token_expired",
                        "The access token has expired: see what the connection's Ready condition says.")
                : new Answer(200, token.get().json(now));
    }

    private static Answer error(int status, String error, String message) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("error", error);
        json.put("message", message);
        return new Answer(status, json);
    }

    private static String json(Map<String, Object> values) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            for (Map.Entry<String, Object> entry : values.entrySet()) {
                json.writeFieldName(entry.getKey());
                if (entry.getValue() instanceof Iterable<?> list) {
                    json.writeStartArray();
                    for (Object element : list) {
                        json.writeString(String.valueOf(element));
                    }
                    json.writeEndArray();
                } else {
                    json.writeObject(entry.getValue());
                }
            }
            json.writeEndObject();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** There is no CORS header: no page of another origin may read anything. */
    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        try (exchange) {
            if (exchange.getRequestMethod().equals("HEAD")) {
                // The JDK's server logs a warning for any other length.
                exchange.sendResponseHeaders(status, -1);
                return;
            }
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

package dev.oauthconnection.laboratory;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An authorization server of the laboratory's own: its token endpoint spends, keeps or forgives refresh tokens as its mode says, and it
 * knows at any time which of them still work. A grant is a family of refresh tokens, numbered in the order of their issue.
 */
final class RotatingServer implements AutoCloseable {
    /** Every refresh token begins so, which is how leaks are found. */
    static final String MARK = "lab-refresh-token.";

    private static final String ACCESS_TOKEN = "lab-access-token.";

    /** What it does with a refresh token that was used. */
    enum Mode {
        /** Reuse ends the grant. */
        Strict("rotation: Always, reuseRevokesGrant: true"),
        /** The previous one works for five minutes more, as Xero's does for thirty. */
        Grace("rotation: Always, gracePeriod: 5m, reuseRevokesGrant: false"),
        /** Refresh tokens are not spent. */
        Kept("rotation: None, reuseRevokesGrant: false");

        final String facts;

        Mode(String facts) {
            this.facts = facts;
        }
    }

    private static final Duration GRACE = Duration.ofMinutes(5);

    /** One grant: which number is the newest, and which one it replaced. */
    private static final class Family {
        final String connection;
        final int number;
        final Map<Integer, String> secrets = new ConcurrentHashMap<>();
        int current = 1;
        int previous;
        Instant consumedAt = Instant.MIN;
        boolean revoked;

        Family(String connection, int number) {
            this.connection = connection;
            this.number = number;
        }

        /** Named so that a person who reads a log of the laboratory knows what it is. */
        String token(int count) {
            return secrets.computeIfAbsent(
                    count,
                    c -> MARK + connection + "." + number + "." + c + "."
                            + HexFormat.of()
                                    .toHexDigits(ThreadLocalRandom.current().nextLong()));
        }
    }

    /**
     * What it decided about one request.
     *
     * @param error null where it gave a token
     */
    record Decision(Instant at, TokenName used, Optional<TokenName> issued, String error) {}

    private final Mode mode;
    private final Duration lifetime;
    private final Duration thinking;
    private final HttpServer http;
    private final Map<String, Family> families = new ConcurrentHashMap<>();
    private final List<Decision> decisions = new CopyOnWriteArrayList<>();

    /**
     * @param lifetime of its access tokens
     * @param thinking from the request's arrival until the decision, as a real one's database takes
     */
    RotatingServer(Mode mode, Duration lifetime, Duration thinking) {
        this.mode = mode;
        this.lifetime = lifetime;
        this.thinking = thinking;
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/token", this::token);
        http.start();
    }

    int port() {
        return http.getAddress().getPort();
    }

    /** A person consents: a new family, and its first refresh token. */
    synchronized String consent(String connection) {
        Family before = families.get(connection);
        Family family = new Family(connection, before == null ? 1 : before.number + 1);
        families.put(connection, family);
        return family.token(1);
    }

    /** The newest refresh token of a connection's newest grant: whoever lost it and every one that still works lost the grant. */
    synchronized TokenName current(String connection) {
        Family family = families.get(connection);
        return new TokenName(connection, family.number, family.current);
    }

    /** Whether a refresh token would give a token now. */
    synchronized boolean works(TokenName token) {
        Family family = families.get(token.connection());
        return family != null && family.number == token.family() && works(family, token.count(), Instant.now());
    }

    private boolean works(Family family, int count, Instant now) {
        boolean forgiven =
                mode == Mode.Grace && count == family.previous && now.isBefore(family.consumedAt.plus(GRACE));
        return !family.revoked && (count == family.current || forgiven);
    }

    List<Decision> decisions() {
        return decisions;
    }

    /** When it issued an access token; empty for one that is not its own. */
    static Optional<Instant> issuedAt(String accessToken) {
        return accessToken.startsWith(ACCESS_TOKEN)
                ? Optional.of(
                        Instant.ofEpochMilli(Long.parseLong(accessToken.substring(accessToken.lastIndexOf('.') + 1))))
                : Optional.empty();
    }

    private void token(HttpExchange exchange) throws IOException {
        try (exchange) {
            String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String token = Form.field(form, "refresh_token");
            Thread.sleep(thinking);
            String answer = decide(token);
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.startsWith("{\"error\"") ? 400 : 200, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized String decide(String token) {
        Instant now = Instant.now();
        TokenName used = TokenName.of(token);
        Family family = families.get(used.connection());
        boolean known =
                family != null && family.number == used.family() && token.equals(family.secrets.get(used.count()));
        if (!known || !works(family, used.count(), now)) {
            if (known && mode == Mode.Strict) {
                family.revoked = true;
            }
            decisions.add(new Decision(now, used, Optional.empty(), "invalid_grant"));
            return "{\"error\":\"invalid_grant\"}";
        }
        if (mode != Mode.Kept) {
            spend(family, used.count(), now);
        }
        TokenName issued = new TokenName(used.connection(), used.family(), family.current);
        decisions.add(new Decision(now, used, Optional.of(issued), ""));
        String rotated = mode == Mode.Kept ? "" : ",\"refresh_token\":\"" + family.token(family.current) + "\"";
        return "{\"access_token\":\"" + ACCESS_TOKEN + used.connection() + "." + now.toEpochMilli()
                + "\",\"token_type\":\"Bearer\",\"expires_in\":" + lifetime.toSeconds() + rotated + "}";
    }

    private static void spend(Family family, int count, Instant now) {
        boolean replay = count != family.current;
        family.previous = count;
        family.consumedAt = replay ? family.consumedAt : now;
        family.current++;
    }

    @Override
    public void close() {
        http.stop(0);
    }
}

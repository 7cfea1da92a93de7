package dev.oauthconnection.oauth;

import dev.oauthconnection.network.Outbound;
import dev.oauthconnection.network.Trust;
import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Objects;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Whether somebody answers at an endpoint, and what time it is there. It sends no credentials and follows no redirect. */
public final class Reachability {
    /** What came of it. */
    public sealed interface Result {
        /**
         * Somebody answered, whatever it was: a token endpoint refuses a GET.
         *
         * @param ahead by how much the clock there is ahead of ours, to a second; null where the answer has no Date (RFC 9110, section 6.6.1)
         */
        record Reached(int status, @Nullable Duration ahead) implements Result {}

        /** Nobody did; the text is for a user. */
        record Unreached(String why) implements Result {}
    }

    private final Outbound network;
    private final Duration callTimeout;
    private final InstantSource clock;

    public Reachability(Outbound network, Duration callTimeout, InstantSource clock) {
        this.network = network;
        this.callTimeout = callTimeout;
        this.clock = clock;
    }

    /** Asks by GET. Never throws for what the network or the server does. */
    public Result ask(URI uri, Trust trust) {
        Proxy proxy = Proxy.NO_PROXY;
        String host = String.valueOf(uri.getHost());
        try {
            Request request = new Request.Builder().url(uri.toString()).build();
            OkHttpClient client = BoundedHttp.client(network.toward(request.url(), trust), callTimeout);
            proxy = Objects.requireNonNullElse(client.proxy(), proxy);
            Instant asked = clock.instant();
            try (Response response = client.newCall(request).execute()) {
                Duration way = Duration.between(asked, clock.instant());
                Date there = response.headers().getDate("Date");
                return new Result.Reached(
                        response.code(), there == null ? null : ahead(there.toInstant(), asked.plus(way.dividedBy(2))));
            }
        } catch (IllegalArgumentException e) {
            return new Result.Unreached(uri + " is no URL that can be asked");
        } catch (IOException e) {
            return new Result.Unreached(NetworkFailure.explain(e, host, proxy, callTimeout));
        }
    }

    /** The header has whole seconds, so what is within one is no difference. */
    private static Duration ahead(Instant there, Instant here) {
        Duration ahead = Duration.between(here, there);
        Duration behind = Duration.between(there.plusSeconds(1), here);
        if (ahead.isPositive()) {
            return Duration.ofSeconds(ahead.toSeconds());
        }
        return behind.isPositive() ? Duration.ofSeconds(-behind.toSeconds()) : Duration.ZERO;
    }
}

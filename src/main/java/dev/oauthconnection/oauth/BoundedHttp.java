package dev.oauthconnection.oauth;

import dev.oauthconnection.network.Outbound;
import dev.oauthconnection.network.Trust;
import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import okhttp3.Authenticator;
import okhttp3.ConnectionPool;
import okhttp3.CookieJar;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;

/**
 * HTTP as this product speaks it with providers: bounded in time and in bytes, without redirects, retries, cookies or a connection kept
 * for later. A connection from the pool may have died unnoticed, and a request written to it ends in doubt; a fresh one costs a handshake
 * per refresh and never does.
 */
public final class BoundedHttp {
    /** The largest body that is read, in bytes after decompression. */
    public static final int LARGEST_BODY = 1 << 20;

    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(10);

    /** What came of a request. */
    public sealed interface Result {
        /** A whole answer; its body is empty when it has none. */
        record Answer(int status, String body) implements Result {}

        /** No whole answer; the text is for a user. */
        record Failed(String why) implements Result {}
    }

    private final Outbound network;
    private final Duration callTimeout;

    /** @param callTimeout for a whole exchange, from the look-up of the host to the last byte */
    public BoundedHttp(Outbound network, Duration callTimeout) {
        this.network = network;
        this.callTimeout = callTimeout;
    }

    /** Asks for JSON. Never throws for what the network or the server does. */
    public Result get(URI uri, Trust trust, Map<String, String> headers) {
        Request request;
        try {
            Request.Builder builder = new Request.Builder().url(uri.toString()).header("Accept", "application/json");
            headers.forEach(builder::header);
            request = builder.build();
        } catch (IllegalArgumentException e) {
            // The exception's own text may hold a header's value, which may be a token.
            return new Result.Failed(
                    "the request to " + uri.getHost() + " cannot be written: its URL or a header is malformed");
        }
        return execute(request, trust);
    }

    Result execute(Request request, Trust trust) {
        Proxy proxy = Proxy.NO_PROXY;
        try {
            OkHttpClient client = client(network.toward(request.url(), trust), callTimeout);
            proxy = Objects.requireNonNullElse(client.proxy(), proxy);
            try (Response response = client.newCall(request).execute()) {
                return new Result.Answer(response.code(), body(response));
            }
        } catch (IOException e) {
            return new Result.Failed(NetworkFailure.explain(e, request.url().host(), proxy, callTimeout));
        }
    }

    static OkHttpClient client(OkHttpClient base, Duration callTimeout) {
        OkHttpClient.Builder builder = base.newBuilder()
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
                .protocols(List.of(Protocol.HTTP_1_1))
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .followSslRedirects(false)
                .authenticator(Authenticator.NONE)
                .cookieJar(CookieJar.NO_COOKIES)
                .cache(null)
                .callTimeout(callTimeout)
                .connectTimeout(callTimeout.compareTo(LONGEST_CONNECT) < 0 ? callTimeout : LONGEST_CONNECT)
                .readTimeout(callTimeout)
                .writeTimeout(callTimeout);
        builder.interceptors().clear();
        builder.networkInterceptors().clear();
        return builder.build();
    }

    /** Reads a body as UTF-8, which JSON always is. */
    static String body(Response response) throws IOException {
        ResponseBody body = response.body();
        if (body.source().request(LARGEST_BODY + 1L)) {
            throw new BodyTooLarge();
        }
        return body.source().readUtf8();
    }

    static final class BodyTooLarge extends IOException {
        private static final long serialVersionUID = 1;
    }
}

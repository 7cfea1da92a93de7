package dev.oauthconnection.oauth;

import dev.oauthconnection.network.Outbound;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.oauth.TokenOutcome.Ambiguous;
import dev.oauthconnection.oauth.TokenOutcome.Unavailable;
import java.io.IOException;
import java.net.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Token requests over OkHttp, each written at most once.
 *
 * <p>A network interceptor runs after the connection and TLS are up and right before the request is written. That is the line between
 * what was certainly not sent and what may have been: whatever fails before it is {@link Unavailable}, whatever fails behind it without
 * a whole answer is {@link Ambiguous}. A second pass, for whatever reason OkHttp may find, is refused there.
 */
public final class OkHttpTokenEndpoint implements TokenEndpoint {
    /** How long a token request may take where nothing else is configured. */
    public static final Duration DEFAULT_CALL_TIMEOUT = Duration.ofSeconds(30);

    private final Outbound network;
    private final Duration callTimeout;
    private final InstantSource clock;

    /**
     * @param callTimeout for the whole exchange, from the look-up of the host to the last byte of the answer
     * @param clock by which a Retry-After date becomes a duration
     */
    public OkHttpTokenEndpoint(Outbound network, Duration callTimeout, InstantSource clock) {
        this.network = network;
        this.callTimeout = callTimeout;
        this.clock = clock;
    }

    @Override
    public TokenOutcome send(TokenRequest request, BooleanSupplier mayStillSend) {
        return send(request, callTimeout, mayStillSend);
    }

    @Override
    public TokenOutcome send(TokenRequest request, Duration wanted, BooleanSupplier mayStillSend) {
        Duration bound = wanted.compareTo(callTimeout) < 0 ? wanted : callTimeout;
        String host = String.valueOf(request.endpoint().getHost());
        Pass pass = new Pass(mayStillSend);
        Request http;
        try {
            http = FormPost.build(
                            request.endpoint(),
                            request.client(),
                            request.authentication(),
                            request.parameters(),
                            request.headers())
                    .newBuilder()
                    .tag(Pass.class, pass)
                    .build();
        } catch (IllegalArgumentException e) {
            return new TokenOutcome.Unsendable(unwritable(e, request));
        }
        Proxy proxy = Proxy.NO_PROXY;
        try {
            OkHttpClient client = client(http, request.trust());
            proxy = Objects.requireNonNullElse(client.proxy(), proxy);
            Call call = client.newCall(http);
            call.timeout().timeout(bound.toMillis(), TimeUnit.MILLISECONDS);
            try (Response response = call.execute()) {
                @Nullable Duration retryAfter = RetryAfter.parse(response.header("Retry-After"), clock.instant());
                return TokenAnswers.classify(response.code(), retryAfter, BoundedHttp.body(response), request);
            }
        } catch (TooLateToSend e) {
            return new Unavailable(
                    "the time to send the request had passed when the connection to " + host + " was up", null);
        } catch (IOException e) {
            String why = NetworkFailure.explain(e, host, proxy, bound);
            return pass.written ? new Ambiguous(why) : new Unavailable(why, null);
        }
    }

    private OkHttpClient client(Request request, Trust trust) throws IOException {
        return BoundedHttp.client(network.toward(request.url(), trust), callTimeout)
                .newBuilder()
                .addNetworkInterceptor(OkHttpTokenEndpoint::writeOnce)
                .build();
    }

    private static Response writeOnce(Interceptor.Chain chain) throws IOException {
        @Nullable Pass pass = chain.request().tag(Pass.class);
        if (pass == null || pass.written) {
            throw new IOException("a token request is written once");
        }
        if (chain.call().isCanceled()) {
            throw new IOException("canceled");
        }
        if (!pass.mayStillSend.getAsBoolean()) {
            throw new TooLateToSend();
        }
        pass.written = true;
        return chain.proceed(chain.request());
    }

    private static String unwritable(IllegalArgumentException e, TokenRequest request) {
        @Nullable String message = e.getMessage();
        return "the request cannot be written: "
                + ProviderText.clean(message == null ? "it is malformed" : message, ProviderText.secretsOf(request));
    }

    /** One request's way through the interceptor; used by the one thread that executes the call. */
    private static final class Pass {
        final BooleanSupplier mayStillSend;
        boolean written;

        Pass(BooleanSupplier mayStillSend) {
            this.mayStillSend = mayStillSend;
        }
    }

    private static final class TooLateToSend extends IOException {
        private static final long serialVersionUID = 1;
    }
}

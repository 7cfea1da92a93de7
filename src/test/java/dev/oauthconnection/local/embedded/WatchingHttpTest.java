package dev.oauthconnection.local.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.Okio;
import okio.Source;
import okio.Timeout;
import org.junit.jupiter.api.Test;

class WatchingHttpTest {
    private final Endless body = new Endless();

    @Test
    void a_watch_that_is_closed_while_it_is_read_is_cancelled_and_its_body_is_closed_after_the_reading()
            throws Exception {
        BufferedSource lines = open("https://api/secrets?watch=true");
        CompletableFuture<Long> reader = CompletableFuture.supplyAsync(() -> read(lines));
        assertThat(body.beingRead.await(10, TimeUnit.SECONDS)).isTrue();

        assertThatThrownBy(lines::close).hasMessage("the watch was closed");

        assertThat(reader.get(10, TimeUnit.SECONDS)).isEqualTo(-1);
        assertThat(body.closedWhileRead).isFalse();
        assertThat(body.closed).isTrue();
    }

    @Test
    void an_answer_that_is_no_watch_is_closed_as_it_always_was() throws Exception {
        BufferedSource lines = open("https://api/secrets");
        lines.close();
        assertThat(body.closed).isTrue();
    }

    private BufferedSource open(String url) throws IOException {
        OkHttpClient.Builder builder = new OkHttpClient.Builder();
        new WatchingHttp().additionalConfig(builder);
        Call call = builder.addInterceptor(this::answer)
                .build()
                .newCall(new Request.Builder().url(url).build());
        return call.execute().body().source();
    }

    private Response answer(Interceptor.Chain chain) {
        body.call = chain.call();
        return new Response.Builder()
                .request(chain.request())
                .protocol(Protocol.HTTP_1_1)
                .code(200)
                .message("OK")
                .body(ResponseBody.create(Okio.buffer(body), null, -1))
                .build();
    }

    private static long read(BufferedSource lines) {
        try {
            return lines.read(new Buffer(), 1);
        } catch (IOException cancelled) {
            return -1;
        }
    }

    /** A body without end, whose read returns when its call is cancelled. */
    private static final class Endless implements Source {
        final CountDownLatch beingRead = new CountDownLatch(1);
        volatile Call call;
        volatile boolean closed;
        volatile boolean closedWhileRead;
        private volatile boolean reading;

        @Override
        public long read(Buffer sink, long byteCount) throws IOException {
            reading = true;
            beingRead.countDown();
            while (!call.isCanceled() && !closed) {
                Thread.onSpinWait();
            }
            reading = false;
            throw new IOException("cancelled");
        }

        @Override
        public void close() {
            closedWhileRead = closedWhileRead || reading;
            closed = true;
        }

        @Override
        public Timeout timeout() {
            return Timeout.NONE;
        }
    }
}

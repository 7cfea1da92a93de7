package dev.oauthconnection.local.embedded;

import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.io.IOException;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;

/**
 * The HTTP client for watches that are streams of lines. The Kubernetes client ends such a watch by closing its body while another thread
 * reads it, which neither body nor buffer allows: segments then go back to their pool twice, and other connections of the process read
 * what is not theirs. Here the call is cancelled first, and the body is closed once the reading has ended.
 */
public class WatchingHttp extends OkHttpClientFactory {
    @Override
    protected void additionalConfig(OkHttpClient.Builder builder) {
        builder.addInterceptor(WatchingHttp::calm);
    }

    private static Response calm(Interceptor.Chain chain) throws IOException {
        Response response = chain.proceed(chain.request());
        if (!"true".equals(chain.request().url().queryParameter("watch"))) {
            return response;
        }
        ResponseBody body = response.body();
        Source lines = new Lines(body.source(), chain.call());
        return response.newBuilder()
                .body(ResponseBody.create(Okio.buffer(lines), body.contentType(), body.contentLength()))
                .build();
    }

    private static final class Lines extends ForwardingSource {
        private final Object reading = new Object();
        private final Call call;

        Lines(Source body, Call call) {
            super(body);
            this.call = call;
        }

        @Override
        public long read(Buffer sink, long byteCount) throws IOException {
            synchronized (reading) {
                return super.read(sink, byteCount);
            }
        }

        @Override
        public void close() throws IOException {
            call.cancel();
            synchronized (reading) {
                super.close();
            }
            // What was read and not yet consumed is the reader's: a close that fails leaves the buffer above to it.
            throw new IOException("the watch was closed");
        }
    }
}

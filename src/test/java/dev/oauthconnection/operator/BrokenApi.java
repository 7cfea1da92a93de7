package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.local.embedded.WatchingHttp;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** An API server that refuses an operator what a test says, as a missing right, a quota or a policy does, and counts what it refused; or one that is slow. */
final class BrokenApi {
    private record Refusal(String method, String pathPart, int status) {
        boolean meets(Request request) {
            return request.method().equals(method)
                    && request.url().encodedPath().contains(pathPart);
        }
    }

    private record Hold(String method, String pathEnd, Held held) {
        boolean meets(Request request) {
            return request.method().equals(method)
                    && request.url().encodedPath().endsWith(pathEnd);
        }
    }

    /** The first request that is held: it has come, and it may go. Those after it are not held. */
    static final class Held {
        private final AtomicBoolean taken = new AtomicBoolean();
        private final CountDownLatch come = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        void awaitCome() throws InterruptedException {
            assertThat(come.await(30, TimeUnit.SECONDS)).as("the request comes").isTrue();
        }

        void release() {
            released.countDown();
        }

        private void pass() throws InterruptedIOException {
            if (!taken.compareAndSet(false, true)) {
                return;
            }
            come.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
        }
    }

    private final List<Hold> holds = new CopyOnWriteArrayList<>();
    private final List<Refusal> refusals = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();

    /** From now on requests of this method to paths with this part are answered with this status. */
    void refuse(String method, String pathPart, int status) {
        refusals.add(new Refusal(method, pathPart, status));
    }

    /** The next request of this method to a path that ends so waits until it is released. */
    Held hold(String method, String pathEnd) {
        Held held = new Held();
        holds.add(new Hold(method, pathEnd, held));
        return held;
    }

    void repaired() {
        refusals.clear();
    }

    /** The requests that were refused so far: method and path. */
    List<String> refused() {
        return refused;
    }

    /** A client like that one, to this API server. */
    KubernetesClient client(KubernetesClient like) {
        return new KubernetesClientBuilder()
                .withConfig(like.getConfiguration())
                .withHttpClientFactory(new WatchingHttp() {
                    @Override
                    protected void additionalConfig(OkHttpClient.Builder builder) {
                        super.additionalConfig(builder);
                        builder.addInterceptor(BrokenApi.this::answer);
                    }
                })
                .build();
    }

    private Response answer(Interceptor.Chain chain) throws java.io.IOException {
        Request request = chain.request();
        for (Hold hold : holds) {
            if (hold.meets(request)) {
                hold.held().pass();
            }
        }
        for (Refusal refusal : refusals) {
            if (refusal.meets(request)) {
                refused.add(request.method() + " " + request.url().encodedPath());
                String status =
                        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"reason\":\"Refused\",\"code\":"
                                + refusal.status() + "}";
                return new Response.Builder()
                        .request(request)
                        .protocol(Protocol.HTTP_1_1)
                        .code(refusal.status())
                        .message("refused")
                        .body(ResponseBody.create(status, MediaType.get("application/json")))
                        .build();
            }
        }
        return chain.proceed(request);
    }
}

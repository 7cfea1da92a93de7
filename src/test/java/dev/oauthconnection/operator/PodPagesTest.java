package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oauthconnection.api.Names;
import dev.oauthconnection.observe.Meters;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How much of a cluster's pods is in memory while they are told, and what is written to them. */
class PodPagesTest {
    private static final Set<Thread.State> AT_REST =
            Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.TERMINATED);
    private static final Map<String, String> VERSIONS = Map.of("books", "0123456789abcdef");
    /** A namespace, and the pod in it that may not be changed. */
    private static final String GUARDED = "guarded";

    private final Set<String> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger mostOpen = new AtomicInteger();
    private final List<Request> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch patchesAnswered = new CountDownLatch(1);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final KubernetesClient client = new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder()
                    .withMasterUrl("http://api.invalid")
                    .withAutoConfigure(false)
                    .build())
            .withHttpClientFactory(new OkHttpClientFactory() {
                @Override
                protected void additionalConfig(OkHttpClient.Builder builder) {
                    Dispatcher inPlace = new Dispatcher(new CallersThread());
                    inPlace.setMaxRequestsPerHost(1000);
                    inPlace.setMaxRequests(1000);
                    builder.dispatcher(inPlace).addInterceptor(PodPagesTest.this::answer);
                }
            })
            .build();
    private final PodNotices notices = notices(threads);

    private PodNotices notices(ExecutorService patching) {
        return new PodNotices(client, patching, new Meters(new SimpleMeterRegistry()));
    }

    /** Requests run where they are made, so that a thread that waits waits for its turn or for its answer. */
    private static class CallersThread extends AbstractExecutorService {
        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }

    @AfterEach
    void stop() {
        patchesAnswered.countDown();
        threads.close();
        client.close();
    }

    /** Each namespace has one page with one pod, or with one more that may not be changed; it is open until the pod's patch is answered. */
    private Response answer(Interceptor.Chain chain) throws IOException {
        Request request = chain.request();
        String namespace = request.url().pathSegments().get(3);
        asked.add(request);
        if (request.method().equals("GET")) {
            open.add(namespace);
            mostOpen.accumulateAndGet(open.size(), Math::max);
            String pods = (namespace.equals(GUARDED) ? pod(namespace, GUARDED) + "," : "") + pod(namespace, "web");
            return json(request, 200, "{\"kind\":\"PodList\",\"metadata\":{},\"items\":[" + pods + "]}");
        }
        if (request.url().encodedPath().endsWith("/pods/" + GUARDED)) {
            return json(request, 403, "{\"kind\":\"Status\",\"message\":\"guarded\",\"code\":403}");
        }
        try {
            patchesAnswered.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        open.remove(namespace);
        return json(request, 200, pod(namespace, "web"));
    }

    private static String pod(String namespace, String name) {
        return """
                {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "%s", "namespace": "%s"}, "spec": {
                  "volumes": [{"name": "token", "secret": {"secretName": "books"}}],
                  "containers": [{"name": "app", "volumeMounts": [{"name": "token", "mountPath": "/token"}]}]}}
                """.formatted(name, namespace);
    }

    private static Response json(Request request, int status, String body) {
        return new Response.Builder()
                .request(request)
                .protocol(Protocol.HTTP_1_1)
                .code(status)
                .message("Status")
                .body(ResponseBody.create(body, MediaType.get("application/json")))
                .build();
    }

    private List<Request> asked(String method) {
        return asked.stream().filter(request -> request.method().equals(method)).toList();
    }

    @Test
    void two_pages_are_open_at_once_however_many_namespaces_there_are() throws InterruptedException {
        List<Thread> namespaces = IntStream.range(0, 20)
                .mapToObj(number -> Thread.ofPlatform().start(() -> notices.tell("team-" + number, VERSIONS)))
                .toList();
        await().until(() ->
                asked("PATCH").size() >= 2 && namespaces.stream().allMatch(it -> AT_REST.contains(it.getState())));
        assertThat(open).hasSize(2);

        patchesAnswered.countDown();
        for (Thread namespace : namespaces) {
            namespace.join();
        }
        assertThat(asked("PATCH")).hasSize(20);
        assertThat(mostOpen).hasValue(2);
    }

    @Test
    void a_page_is_open_until_each_of_its_pods_was_answered_also_when_one_was_refused() throws InterruptedException {
        // The refusal is there before anybody waits for it, and the other answer is held.
        PodNotices oneByOne = notices(new CallersThread() {
            private boolean refused;

            @Override
            public void execute(Runnable patch) {
                if (refused) {
                    threads.execute(patch);
                } else {
                    refused = true;
                    patch.run();
                }
            }
        });
        Thread teller = Thread.ofPlatform().start(() -> oneByOne.tell(GUARDED, VERSIONS));
        await().until(() -> asked("PATCH").size() == 2 && AT_REST.contains(teller.getState()));
        assertThat(teller.isAlive()).isTrue();

        patchesAnswered.countDown();
        teller.join();
        assertThat(open).isEmpty();
    }

    @Test
    void a_page_has_a_hundred_pods() {
        patchesAnswered.countDown();
        notices.tell("finance", VERSIONS);
        assertThat(asked("GET"))
                .singleElement()
                .extracting(request -> request.url().queryParameter("limit"))
                .isEqualTo("100");
    }

    @Test
    void a_version_of_any_text_changes_one_annotation_and_nothing_else() throws IOException {
        patchesAnswered.countDown();
        notices.tell("finance", Map.of("books", "1\",\"other\":\"2"));
        Buffer body = new Buffer();
        Objects.requireNonNull(asked("PATCH").getFirst().body()).writeTo(body);
        JsonNode patch = new ObjectMapper().readTree(body.readUtf8());
        assertThat(patch.toString())
                .isEqualTo(new ObjectMapper()
                        .writeValueAsString(Map.of(
                                "metadata",
                                Map.of("annotations", Map.of(Names.TOKEN_CHANGED, "books=1\",\"other\":\"2")))));
    }
}

package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.observe.Meters;
import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.AuditLog.Request;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What telling pods asks of a real API server, and what it makes of its answers. */
class PodNoticesIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    private static final Map<String, String> VERSIONS = Map.of("books", "b1");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BrokenApi broken = new BrokenApi();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private KubernetesClient client;
    private PodNotices notices;

    @BeforeEach
    void start() {
        client = broken.client(api.client());
        notices = new PodNotices(client, threads, new Meters(registry));
    }

    @AfterEach
    void stop() {
        threads.close();
        client.close();
    }

    private void create(String name) {
        Pod pod = Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  automountServiceAccountToken: false
                  volumes: [{name: token, secret: {secretName: books}}]
                  containers: [{name: app, image: "example.com/app", volumeMounts: [{name: token, mountPath: /token}]}]
                """.formatted(name), Pod.class);
        pod.getMetadata().setNamespace(api.namespace());
        api.client().resource(pod).create();
    }

    private long told() {
        return api.client().pods().inNamespace(api.namespace()).list().getItems().stream()
                .filter(pod -> "books=b1"
                        .equals(
                                pod.getMetadata().getAnnotations() == null
                                        ? null
                                        : pod.getMetadata().getAnnotations().get(Names.TOKEN_CHANGED)))
                .count();
    }

    private double counted(Meters.PodTold outcome) {
        return registry.get("oauthconnection.propagations")
                .tag("outcome", outcome.name())
                .counter()
                .count();
    }

    @Test
    void a_namespace_of_many_pods_is_gone_through_in_pages() throws Exception {
        List<Callable<Void>> pods = IntStream.range(0, 510)
                .<Callable<Void>>mapToObj(number -> () -> {
                    create("web-" + number);
                    return null;
                })
                .toList();
        try (ExecutorService creators = Executors.newFixedThreadPool(8)) {
            creators.invokeAll(pods);
        }
        long position = api.audit().position();

        assertThat(notices.tell(api.namespace(), VERSIONS).trouble()).isEmpty();

        List<Request> asked = api.audit().since(position, "kubeapitest").stream()
                .filter(request -> request.namespace().equals(api.namespace()))
                .toList();
        assertThat(told()).isEqualTo(510);
        assertThat(counted(Meters.PodTold.Told)).isEqualTo(510);
        assertThat(asked).filteredOn(request -> request.verb().equals("list")).hasSize(6);
    }

    @Test
    void a_pod_that_has_ended_is_left_alone() {
        create("job");
        api.client().pods().inNamespace(api.namespace()).withName("job").editStatus(pod -> {
            pod.setStatus(new PodStatusBuilder().withPhase("Succeeded").build());
            return pod;
        });
        assertThat(notices.tell(api.namespace(), VERSIONS).trouble()).isEmpty();
        assertThat(told()).isZero();
    }

    @Test
    void a_pod_that_goes_meanwhile_is_counted_and_no_trouble() {
        create("web");
        broken.refuse("PATCH", "/pods/web", 404);
        assertThat(notices.tell(api.namespace(), VERSIONS).trouble()).isEmpty();
        assertThat(counted(Meters.PodTold.Missed)).isEqualTo(1);
    }

    @Test
    void one_pod_that_a_policy_protects_keeps_no_other_from_being_told() {
        create("guarded");
        create("web");
        broken.refuse("PATCH", "/pods/guarded", 403);
        assertThat(notices.tell(api.namespace(), VERSIONS).trouble()).hasValueSatisfying(trouble -> assertThat(trouble)
                .startsWith("pods of namespace " + api.namespace() + " could not be told of a new token")
                .contains("deploy the component eager-propagation"));
        assertThat(told()).isEqualTo(1);
        assertThat(counted(Meters.PodTold.Refused)).isEqualTo(1);
    }
}

package dev.oauthconnection.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.oauthconnection.testing.ApiServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What deploy/components/eager-propagation leaves of the right to change pods. Here the operator has every right that a role can give. */
class PodPolicyIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    private static final String ACCOUNT = "oauth-connection-operator";
    private static final String CHANGED = "oauthconnection.dev/token-changed";

    private static KubernetesClient operator;

    @BeforeAll
    static void install() throws Exception {
        String home = api.newNamespace();
        apply(Files.readString(Path.of("deploy/components/eager-propagation/policy.yaml")));
        apply("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: every-right-over-pods}
                rules: [{apiGroups: [""], resources: ["*"], verbs: ["*"]}]
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: every-right-over-pods}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: every-right-over-pods}
                subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: system:serviceaccounts}]
                """);
        operator = as("system:serviceaccount:" + home + ":" + ACCOUNT);
        awaitEffect(home);
    }

    /** The API server takes up a new policy within a second or so. */
    private static void awaitEffect(String namespace) {
        api.client().resource(pod(namespace)).create();
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    try {
                        patch(
                                operator,
                                namespace,
                                "{\"metadata\":{\"labels\":{\"probe\":\"" + System.nanoTime() + "\"}}}");
                        return false;
                    } catch (KubernetesClientException e) {
                        return e.getMessage().contains("may not change labels");
                    }
                });
    }

    @AfterAll
    static void close() {
        operator.close();
        api.client()
                .rbac()
                .clusterRoleBindings()
                .withName("every-right-over-pods")
                .delete();
    }

    @BeforeEach
    void create() {
        api.client().resource(pod(api.namespace())).create();
    }

    private static Pod pod(String namespace) {
        Pod pod = Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: web
                  labels: {app: web}
                  annotations: {note: keep}
                  finalizers: [example.com/hold]
                spec:
                  containers: [{name: app, image: "example.com/app:1"}]
                """, Pod.class);
        pod.getMetadata().setNamespace(namespace);
        return pod;
    }

    private static KubernetesClient as(String user) {
        Config config = new ConfigBuilder(api.client().getConfiguration())
                .withImpersonateUsername(user)
                .withImpersonateGroups("system:serviceaccounts", "system:authenticated")
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static void apply(String manifest) {
        var result = api.kubectl().apply(manifest);
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    private static void patch(KubernetesClient client, String namespace, String json) {
        client.resource(pod(namespace)).patch(PatchContext.of(PatchType.JSON_MERGE), json);
    }

    private static String annotated(String value) {
        return "{\"metadata\":{\"annotations\":{\"" + CHANGED + "\":\"" + value + "\"}}}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"books=0123456789abcdef", "books=1,crm.example-2=ff"})
    void the_operator_may_set_its_annotation(String value) {
        patch(operator, api.namespace(), annotated(value));
        assertThat(api.client()
                        .pods()
                        .inNamespace(api.namespace())
                        .withName("web")
                        .get()
                        .getMetadata()
                        .getAnnotations())
                .containsEntry(CHANGED, value)
                .containsEntry("note", "keep");
    }

    @Test
    void the_operator_may_change_its_annotation() {
        patch(operator, api.namespace(), annotated("books=1"));
        assertThatCode(() -> patch(operator, api.namespace(), annotated("books=2")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"metadata\":{\"labels\":{\"app\":\"other\"}}}",
                "{\"metadata\":{\"labels\":{\"app\":null}}}",
                "{\"metadata\":{\"labels\":{\"more\":\"a\"}}}",
                "{\"metadata\":{\"annotations\":{\"note\":\"other\"}}}",
                "{\"metadata\":{\"annotations\":{\"note\":null}}}",
                "{\"metadata\":{\"annotations\":{\"more\":\"a\"}}}",
                "{\"metadata\":{\"annotations\":null}}",
                "{\"metadata\":{\"annotations\":{\"oauthconnection.dev/token-changed\":\"books=1\",\"more\":\"a\"}}}",
                "{\"metadata\":{\"annotations\":{\"oauthconnection.dev/token-changed\":\"books=1\"},\"labels\":{\"more\":\"a\"}}}",
                "{\"metadata\":{\"annotations\":{\"oauthconnection.dev/token-changed\":\"books=1\"}},\"spec\":{\"activeDeadlineSeconds\":1}}",
                "{\"metadata\":{\"annotations\":{\"oauthconnection.dev/token-changed\":\"eyJhbGciOi\"}}}",
                "{\"metadata\":{\"annotations\":{\"oauthconnection.dev/token-changed\":\"books=1 \"}}}",
                "{\"metadata\":{\"annotations\":{\"oauthconnection.dev/token-changed\":\"\"}}}",
                "{\"metadata\":{\"finalizers\":null}}",
                "{\"metadata\":{\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"a\",\"uid\":\"b\"}]}}",
                "{\"spec\":{\"activeDeadlineSeconds\":1}}"
            })
    void the_operator_may_change_nothing_else_of_a_pod(String json) {
        assertThatThrownBy(() -> patch(operator, api.namespace(), json))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("the OAuth Connection Operator may");
    }

    @Test
    void the_operator_may_not_change_an_image() {
        String image = "{\"spec\":{\"containers\":[{\"name\":\"app\",\"image\":\"example.com/other\"}]}}";
        assertThatThrownBy(() -> operator.resource(pod(api.namespace()))
                        .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), image))
                .hasMessageContaining("may not change the spec");
    }

    @Test
    void the_operator_may_not_take_its_annotation_away() {
        patch(operator, api.namespace(), annotated("books=1"));
        String away = "{\"metadata\":{\"annotations\":{\"" + CHANGED + "\":null}}}";
        assertThatThrownBy(() -> patch(operator, api.namespace(), away)).hasMessageContaining("and no other");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "ephemeralcontainers", "resize"})
    void the_operator_may_change_no_subresource(String subresource) {
        assertThatThrownBy(() -> operator.resource(pod(api.namespace()))
                        .subresource(subresource)
                        .patch(PatchContext.of(PatchType.JSON_MERGE), annotated("books=1")))
                .hasMessageContaining("the OAuth Connection Operator may patch pods");
    }

    @Test
    void the_operator_may_neither_delete_nor_evict_a_pod() {
        assertThatThrownBy(() -> operator.resource(pod(api.namespace())).delete())
                .hasMessageContaining("the OAuth Connection Operator may patch pods");
        assertThatThrownBy(() -> operator.pods()
                        .inNamespace(api.namespace())
                        .withName("web")
                        .evict())
                .hasMessageContaining("the OAuth Connection Operator may patch pods");
    }

    @Test
    void the_operator_may_not_create_a_pod() {
        Pod second = pod(api.namespace());
        second.getMetadata().setName("second");
        assertThatThrownBy(() -> operator.resource(second).create())
                .hasMessageContaining("the OAuth Connection Operator may patch pods");
    }

    @Test
    void the_operator_may_list_pods() {
        assertThat(operator.pods().inNamespace(api.namespace()).list().getItems())
                .hasSize(1);
    }

    @Test
    void others_are_not_limited() {
        String label = "{\"metadata\":{\"labels\":{\"app\":\"other\"}}}";
        try (KubernetesClient other = as("system:serviceaccount:" + api.namespace() + ":deployer")) {
            assertThatCode(() -> patch(other, api.namespace(), label)).doesNotThrowAnyException();
            assertThatCode(() -> other.resource(pod(api.namespace())).delete()).doesNotThrowAnyException();
        }
    }
}

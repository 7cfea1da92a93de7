package dev.oauthconnection.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.delivery.PodNotice.SubPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PodNoticeTest {
    private static final String BOOKS = "{name: v, secret: {secretName: books}}";
    private static final String BOTH =
            "{name: v, projected: {sources: [{secret: {name: books}}, {configMap: {name: c}}, {secret: {name: crm}}]}}";
    private static final String WHOLE = "{name: v, mountPath: /token}";
    private static final String KEY = "{name: v, mountPath: /token, subPath: access_token}";

    private static Pod pod(String volumes, String mounts, String rest) {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: web-1}
                spec:
                  volumes: [%s]
                  containers: [{name: app, volumeMounts: [%s]}]
                %s
                """.formatted(volumes, mounts, rest), Pod.class);
    }

    private static Pod annotated(Pod pod, @Nullable String value) {
        pod.getMetadata().setAnnotations(value == null ? null : Map.of(Names.TOKEN_CHANGED, value));
        return pod;
    }

    static Stream<Arguments> pods() {
        return Stream.of(
                Arguments.of("a mounted Secret", pod(BOOKS, WHOLE, ""), null, "books=b1"),
                Arguments.of("an earlier version", pod(BOOKS, WHOLE, ""), "books=b0", "books=b1"),
                Arguments.of("this version", pod(BOOKS, WHOLE, ""), "books=b1", null),
                Arguments.of("a value of somebody else's", pod(BOOKS, WHOLE, ""), "yes, please", "books=b1"),
                Arguments.of("a projected one beside others", pod(BOTH, WHOLE, ""), null, "books=b1"),
                Arguments.of("two in one folder", pod(BOTH, WHOLE, ""), "books=b0,crm=c1", "books=b1,crm=c1"),
                Arguments.of("one that it mounts no more", pod(BOOKS, WHOLE, ""), "crm=c1", "books=b1"),
                Arguments.of("another Secret", pod("{name: v, secret: {secretName: crm}}", WHOLE, ""), null, null),
                Arguments.of("a volume that nobody mounts", pod(BOOKS, "", ""), null, null),
                Arguments.of("a subPath", pod(BOOKS, KEY, ""), null, null),
                Arguments.of("a subPath and a folder", pod(BOOKS, KEY + "," + WHOLE, ""), null, "books=b1"),
                Arguments.of("a pod that succeeded", pod(BOOKS, WHOLE, "status: {phase: Succeeded}"), null, null),
                Arguments.of("a pod that failed", pod(BOOKS, WHOLE, "status: {phase: Failed}"), null, null),
                Arguments.of("a pod that waits", pod(BOOKS, WHOLE, "status: {phase: Pending}"), null, "books=b1"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pods")
    void a_pod_is_told_of_the_secrets_that_it_follows_and_does_not_know_yet(
            String what, Pod pod, @Nullable String before, @Nullable String after) {
        assertThat(PodNotice.of(annotated(pod, before), Map.of("books", "b1")).value())
                .as(what)
                .isEqualTo(java.util.Optional.ofNullable(after));
    }

    @Test
    void secrets_that_change_together_are_told_together() {
        assertThat(PodNotice.of(pod(BOTH, WHOLE, ""), Map.of("books", "b1", "crm", "c2", "erp", "e3"))
                        .value())
                .contains("books=b1,crm=c2");
    }

    @Test
    void a_subpath_is_reported_with_pod_and_container() {
        assertThat(PodNotice.of(pod(BOOKS, KEY, ""), Map.of("books", "b1")).subPaths())
                .containsExactly(new SubPath("books", "web-1", "web-1", "app"));
    }

    @Test
    void a_subpath_by_an_expression_is_one_too() {
        String expression = "{name: v, mountPath: /token, subPathExpr: $(KEY)}";
        assertThat(PodNotice.of(pod(BOOKS, expression, ""), Map.of("books", "b1"))
                        .subPaths())
                .hasSize(1);
    }

    @Test
    void a_subpath_of_another_volume_is_not_reported() {
        String other = "{name: w, configMap: {name: c}}";
        String mounts = WHOLE + ", {name: w, mountPath: /etc/app.conf, subPath: app.conf}";
        assertThat(PodNotice.of(pod(BOOKS + "," + other, mounts, ""), Map.of("books", "b1"))
                        .subPaths())
                .isEmpty();
    }

    @Test
    void an_init_container_is_looked_at_like_any_other() {
        Pod pod = pod(BOOKS, "", "");
        pod.getSpec()
                .setInitContainers(pod(BOOKS, WHOLE + "," + KEY, "").getSpec().getContainers());
        PodNotice notice = PodNotice.of(pod, Map.of("books", "b1"));
        assertThat(notice.value()).contains("books=b1");
        assertThat(notice.subPaths()).hasSize(1);
    }

    @Test
    void pods_of_one_controller_are_of_one_template() {
        Pod pod = pod(BOOKS, KEY, "");
        pod.getMetadata()
                .setOwnerReferences(
                        Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {ownerReferences: [{controller: true, uid: replica-set, kind: ReplicaSet, name: web, apiVersion: apps/v1}]}
                """, Pod.class).getMetadata().getOwnerReferences());
        Set<SubPath> found = PodNotice.of(pod, Map.of("books", "b1")).subPaths();
        assertThat(found).extracting(SubPath::template).containsExactly("replica-set");
    }
}

package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.local.playground.PlaygroundClient;
import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.AuditLog.Request;
import io.fabric8.kubernetes.api.model.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods that mount the token Secret are told of each new token, with the rights and under the policy of the component. */
class EagerPropagationIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    private static final Path COMPONENT = Path.of("deploy/components/eager-propagation");
    private static final String ON = "--eager-propagation";
    private static final String EAGER = "propagation: Eager";

    private Team team;
    private Installation installation;
    private PlayedProvider provider;

    @BeforeEach
    void install() {
        team = Team.in(api);
        installation = Installation.ofOneTest(api);
    }

    @AfterEach
    void uninstall() {
        provider.close();
        installation.close();
        api.client()
                .rbac()
                .clusterRoleBindings()
                .withName("oauth-connection-operator-eager-propagation")
                .delete();
    }

    private Replica start(String... options) {
        String[] all = new String[options.length + 1];
        System.arraycopy(options, 0, all, 1, options.length);
        all[0] = "--watch-namespaces=" + team.namespace();
        return installation.start(all);
    }

    private void connect(Replica replica, Duration lifetime, String secret) {
        provider = PlayedProvider.start(team, lifetime, replica.port());
        applyConnection(secret);
    }

    private void applyConnection(String secret) {
        team.apply("""
                apiVersion: oauthconnection.dev/v1alpha1
                kind: OAuthConnection
                metadata: {name: books}
                spec:
                  provider: {name: %s}
                  client: {secretRef: {name: %s}}
                  grantType: ClientCredentials
                  secret: {%s}
                """.formatted(provider.name(), PlaygroundClient.SERVICE, secret));
    }

    private void applyComponent() throws IOException {
        for (String file : List.of("rbac.yaml", "policy.yaml")) {
            team.apply(Files.readString(COMPONENT.resolve(file))
                    .replace("namespace: oauthconnection-system", "namespace: " + installation.namespace()));
        }
    }

    private void applyPod(String name, String secret, String mount) {
        team.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, annotations: {note: keep}}
                spec:
                  automountServiceAccountToken: false
                  volumes: [{name: token, secret: {secretName: %s}}]
                  containers: [{name: app, image: "example.com/app", volumeMounts: [{name: token, mountPath: /token%s}]}]
                """.formatted(name, secret, mount));
    }

    private Map<String, String> annotations(String pod) {
        return api.client()
                .pods()
                .inNamespace(team.namespace())
                .withName(pod)
                .require()
                .getMetadata()
                .getAnnotations();
    }

    private String toldOf(String pod) {
        return Objects.requireNonNullElse(annotations(pod).get(Names.TOKEN_CHANGED), "");
    }

    private String awaitTold(String pod, String before) {
        return await().atMost(Team.PATIENCE).until(() -> toldOf(pod), told -> !told.isEmpty() && !told.equals(before));
    }

    private List<String> podRequestsSince(long position) {
        return installation.requestsSince(position).stream()
                .filter(request -> request.resource().equals("pods"))
                .filter(request -> request.namespace().equals(team.namespace()))
                .map(Request::toString)
                .toList();
    }

    private List<String> events(Reason reason) {
        return api.client().v1().events().inNamespace(team.namespace()).list().getItems().stream()
                .filter(event -> reason.name().equals(event.getReason()))
                .map(Event::getMessage)
                .toList();
    }

    @Test
    void each_refresh_is_told_to_the_pods_that_mount_the_secret_and_to_no_other() throws IOException {
        applyComponent();
        applyPod("web", "books", "");
        applyPod("other", "something-else", "");
        connect(start(ON), Duration.ofSeconds(20), EAGER);

        String first = awaitTold("web", "");
        String second = awaitTold("web", first);

        assertThat(List.of(first, second)).allMatch(value -> value.matches("books=[0-9a-f]{16}"));
        assertThat(annotations("web")).containsEntry("note", "keep");
        assertThat(toldOf("other")).isEmpty();
        assertThat(provider.errors()).isEmpty();
    }

    @Test
    void one_token_takes_one_list_and_one_patch_for_each_pod_and_after_a_restart_none() throws IOException {
        applyComponent();
        applyPod("web", "books", "");
        Replica replica = start(ON);
        long position = api.audit().position();
        connect(replica, Duration.ofHours(1), EAGER);
        awaitTold("web", "");
        assertThat(podRequestsSince(position))
                .containsExactly(
                        "list pods " + team.namespace() + "/ 200", "patch pods " + team.namespace() + "/web 200");

        replica.terminate();
        long later = api.audit().position();
        start(ON);
        await().atMost(Team.PATIENCE).until(() -> !podRequestsSince(later).isEmpty());
        team.annotate("books", "nothing", "new");
        await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(
                        podRequestsSince(later))
                .containsExactly("list pods " + team.namespace() + "/ 200"));
    }

    @Test
    void a_pod_that_was_not_told_before_a_restart_is_told_after_it() throws IOException {
        applyComponent();
        Replica replica = start(ON);
        connect(replica, Duration.ofHours(1), EAGER);
        team.awaitReady("books");
        replica.kill();
        applyPod("web", "books", "");
        start(ON);
        assertThat(awaitTold("web", "")).startsWith("books=");
    }

    @Test
    void without_the_right_the_connection_is_ready_and_says_what_to_do() {
        applyPod("web", "books", "");
        connect(start(ON), Duration.ofHours(1), EAGER);
        await().atMost(Team.PATIENCE).untilAsserted(() -> assertThat(team.condition("books", "Ready"))
                .hasValueSatisfying(ready -> {
                    assertThat(ready.getStatus()).isEqualTo("True");
                    assertThat(ready.getMessage())
                            .contains("could not be listed")
                            .contains("deploy the component eager-propagation");
                }));
        assertThat(events(Reason.PropagationFailed)).singleElement().asString().contains("could not be listed");
        assertThat(toldOf("web")).isEmpty();
    }

    @Test
    void where_it_is_off_the_connection_is_ready_and_says_what_to_do_until_it_asks_no_more() throws IOException {
        applyComponent();
        Replica replica = start();
        long position = api.audit().position();
        connect(replica, Duration.ofHours(1), EAGER);
        team.awaitReady("books");
        await().atMost(Team.PATIENCE).untilAsserted(() -> assertThat(
                        team.condition("books", "Ready").orElseThrow().getMessage())
                .contains("--eager-propagation"));
        assertThat(events(Reason.PropagationFailed)).hasSize(1);
        assertThat(podRequestsSince(position)).isEmpty();

        applyConnection("propagation: Kubelet");
        await().atMost(Team.PATIENCE).untilAsserted(() -> assertThat(
                        team.condition("books", "Ready").orElseThrow().getMessage())
                .doesNotContain("--eager-propagation"));
    }

    @Test
    void a_mount_by_subpath_is_told_once() throws IOException {
        applyComponent();
        applyPod("web", "books", ", subPath: access_token");
        applyPod("good", "books", "");
        connect(start(ON), Duration.ofSeconds(15), EAGER);
        awaitTold("good", awaitTold("good", ""));
        assertThat(events(Reason.SubPathMount))
                .singleElement()
                .asString()
                .contains("container app of pod web mounts the Secret books by subPath");
        assertThat(toldOf("web")).isEmpty();
    }

    @Test
    void a_connection_that_does_not_ask_for_it_touches_no_pod() throws IOException {
        applyComponent();
        applyPod("web", "books", "");
        Replica replica = start(ON);
        long position = api.audit().position();
        connect(replica, Duration.ofSeconds(15), "type: Opaque");
        team.awaitTokenOtherThan(team.awaitToken("books"), "books");
        assertThat(podRequestsSince(position)).isEmpty();
    }
}

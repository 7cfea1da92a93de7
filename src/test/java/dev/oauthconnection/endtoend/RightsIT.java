package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantStore;
import dev.oauthconnection.grant.Intent;
import dev.oauthconnection.operator.GrantSecrets;
import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.AuditLog.Request;
import dev.oauthconnection.testing.Authority;
import dev.oauthconnection.testing.Kubectl;
import dev.oauthconnection.testing.Kustomize;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The rights that deploy/ grants are those that the operator uses: none is refused, and none is left over. Each right that was used is one
 * whose removal turns a request that the scenario needs into a refusal; that this breaks something is shown for one of them for real.
 */
class RightsIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    static final ApiServer api = new ApiServer();

    private Team team;
    private Installation installation;
    private PlayedProvider provider;

    @AfterEach
    void stop() {
        if (provider != null) {
            provider.close();
        }
        installation.close();
    }

    @Test
    void cluster_wide_the_operator_uses_what_it_is_granted_and_asks_for_nothing_else() {
        install("cluster-wide");
        live(connection -> {}, "--watch-namespaces=" + team.namespace());
        assertThat(team.value("reports", "access_token"))
                .as("the Secret of the earlier name")
                .isEmpty();
        installation.close();
        assertThat(refused()).isEmpty();
        assertThat(used()).isEqualTo(grantedWithoutPods());
    }

    @Test
    void in_listed_namespaces_the_operator_uses_what_it_is_granted_and_asks_for_nothing_else() {
        install("listed-namespaces");
        live(connection -> {}, "--watch-namespaces=" + team.namespace());
        assertThat(team.value("reports", "access_token"))
                .as("the Secret of the earlier name")
                .isEmpty();
        installation.close();
        assertThat(refused()).isEmpty();
        assertThat(used()).isEqualTo(grantedWithoutPods());
    }

    @Test
    void by_name_the_operator_uses_what_it_and_the_team_granted_and_lists_no_secret_of_the_team() {
        install("named-secrets");
        live(this::applyThePrintedRole, "--secret-access=Named", "--watch-namespaces=" + team.namespace());
        installation.close();
        assertThat(refused()).allMatch(request -> request.endsWith(" secrets elsewhere"));
        assertThat(used()).isEqualTo(grantedWithoutPods());
        assertThat(used()).doesNotContain("list secrets elsewhere", "watch secrets elsewhere");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cluster-wide      | team       | get,list,watch,create,update,delete
            cluster-wide      | elsewhere  | get,list,watch,create,update,delete
            listed-namespaces | team       | get,list,watch,create,update,delete
            listed-namespaces | elsewhere  |
            named-secrets     | team       |
            named-secrets     | elsewhere  |
            cluster-wide      | operator   | get,list,watch,create,update,delete
            listed-namespaces | operator   | get,list,watch,create,update,delete
            named-secrets     | operator   | get,list,watch,create,update,delete
            """)
    void what_the_operator_may_do_with_secrets(String component, String where, String allowed) {
        install(component);
        String namespace =
                switch (where) {
                    case "team" -> team.namespace();
                    case "operator" -> installation.namespace();
                    default -> api.newNamespace();
                };
        Set<String> may = new LinkedHashSet<>();
        for (String verb : List.of("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")) {
            if (api.kubectl()
                    .run(
                            "auth",
                            "can-i",
                            verb,
                            "secrets",
                            "--namespace=" + namespace,
                            "--as=system:serviceaccount:" + installation.namespace() + ":oauth-connection-operator")
                    .output()
                    .endsWith("yes")) {
                may.add(verb);
            }
        }
        assertThat(String.join(",", may)).isEqualTo(allowed == null ? "" : allowed);
    }

    private void install(String component) {
        team = Team.in(api);
        String manifests = Kustomize.of(api.kubectl())
                .build(component)
                .replace("namespace: finance", "namespace: " + team.namespace())
                .replace("namespace: sales", "namespace: " + api.newNamespace());
        installation = Installation.ofOneTest(api, manifests);
    }

    @Test
    void whether_the_pod_of_another_replica_is_over_is_asked_and_without_an_answer_its_refresh_is_waited_for() {
        install("cluster-wide");
        String served = "--watch-namespaces=" + team.namespace();
        Replica first = installation.start(served);
        provider = PlayedProvider.start(team, Duration.ofHours(1), first.port());
        team.apply(provider.appConnection("books", ""));
        team.beginConsent("books");
        team.awaitReady("books");
        String before = team.awaitToken("books");
        first.terminate();
        armAs(podThatFailed() + "/process");
        String[] role = {
            "patch", "role/oauth-connection-operator", "--namespace=" + installation.namespace(), "--type=json", "-p"
        };
        // The rule of the pods is the second one.
        kubectl(role, "[{\"op\": \"replace\", \"path\": \"/rules/1/verbs\", \"value\": [\"get\"]}]");

        installation.start(served);
        await().atMost(Team.PATIENCE).until(() -> refused().contains("list pods"));
        assertThat(team.value("books", "access_token")).isEqualTo(before);

        kubectl(role, "[{\"op\": \"replace\", \"path\": \"/rules/1/verbs\", \"value\": [\"list\"]}]");
        team.awaitTokenOtherThan(before, "books");
        assertThat(used()).contains("list pods");
        assertThat(provider.errors()).isEmpty();
    }

    private void kubectl(String[] command, String last) {
        String[] all = Arrays.copyOf(command, command.length + 1);
        all[command.length] = last;
        team.kubectl(all);
    }

    /** Its UID. */
    private String podThatFailed() {
        Pod pod = api.client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("over")
                        .withNamespace(installation.namespace())
                        .endMetadata()
                        .withNewSpec()
                        .withServiceAccountName("oauth-connection-operator")
                        .withNewSecurityContext()
                        .withRunAsNonRoot(true)
                        .withNewSeccompProfile()
                        .withType("RuntimeDefault")
                        .endSeccompProfile()
                        .endSecurityContext()
                        .addNewContainer()
                        .withName("operator")
                        .withImage("operator")
                        .withNewSecurityContext()
                        .withAllowPrivilegeEscalation(false)
                        .withNewCapabilities()
                        .withDrop("ALL")
                        .endCapabilities()
                        .endSecurityContext()
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        pod.getStatus().setPhase("Failed");
        api.client().resource(pod).updateStatus();
        return pod.getMetadata().getUid();
    }

    /** Leaves the grant of books as a process does that announced a refresh and died. */
    private void armAs(String holder) {
        GrantStore store = new GrantSecrets(api.client(), installation.namespace());
        Grant grant = team.grant("books", installation.namespace());
        String version = store.read(grant.key()).orElseThrow().version();
        long epoch = grant.epoch() + 1;
        Intent intent = new Intent(
                epoch,
                "attempt",
                holder,
                grant.candidates().getFirst().epoch(),
                Instant.now(),
                Duration.ofSeconds(5),
                null,
                null,
                null);
        Grant armed = new Grant(
                grant.key(),
                grant.id(),
                grant.grantType(),
                grant.binding(),
                epoch,
                intent,
                grant.candidates(),
                grant.answer(),
                grant.committed(),
                grant.requestedScopes(),
                grant.handled(),
                grant.existingGrantHash(),
                grant.revocation());
        assertThat(store.put(armed, version)).isInstanceOf(GrantStore.Put.Done.class);
    }

    /** What a team does to give the operator its Secrets. */
    private interface Granting {
        void grant(String connection);
    }

    /** All that can happen to connections, under two leaders. */
    private void live(Granting granting, String... options) {
        Replica first = installation.start(options);
        provider = PlayedProvider.start(team, Duration.ofHours(1), first.port());
        giveCertificates();
        team.apply(provider.serviceConnection("reports"));
        granting.grant("reports");
        team.awaitReady("reports");
        team.apply(provider.appConnection("books", ", onDelete: Revoke"));
        granting.grant("books");
        team.beginConsent("books");
        team.awaitReady("books");
        String before = team.awaitToken("books");
        team.annotate("books", "oauthconnection.dev/refresh-requested", "now");
        team.awaitTokenOtherThan(before, "books");
        team.kubectl(
                "patch",
                "oauthconnection/reports",
                "--type=merge",
                "-p",
                "{\"spec\": {\"secret\": {\"name\": \"figures\"}}}");
        granting.grant("reports");
        team.awaitToken("figures");

        assertThat(first.terminate()).as(first.logged()).isZero();
        installation.start(options);
        String figure = team.awaitToken("figures");
        team.annotate("reports", "oauthconnection.dev/refresh-requested", "now");
        team.awaitTokenOtherThan(figure, "figures");
        team.kubectl("delete", "oauthconnection/books", "--timeout=90s");
        team.apply(provider.appConnection("books", ""));
        team.awaitReason("books", "Ready", "AwaitingConsent");
        team.kubectl("delete", "oauthconnection/reports", "--timeout=90s");
        awaitGrants(0);
    }

    private void giveCertificates() {
        team.apply("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: company-authority, namespace: %s}
                data:
                  ca.crt: |
                %s
                """.formatted(
                installation.namespace(), new Authority().pem().indent(4).stripTrailing()));
        team.kubectl(
                "patch",
                "clusteroauthprovider/" + provider.name(),
                "--type=merge",
                "-p",
                "{\"spec\": {\"caBundle\": {\"configMapRef\": {\"namespace\": \"%s\", \"name\": \"company-authority\"}}}}"
                        .formatted(installation.namespace()));
    }

    private void awaitGrants(int number) {
        await().atMost(Team.PATIENCE).untilAsserted(() -> assertThat(api.client()
                        .secrets()
                        .inNamespace(installation.namespace())
                        .withLabel("oauthconnection.dev/role", "grant")
                        .list()
                        .getItems())
                .hasSize(number));
    }

    private void applyThePrintedRole(String connection) {
        String message = await().atMost(Team.PATIENCE)
                .until(
                        () -> team.condition(connection, "Stalled")
                                .filter(stalled -> stalled.getReason().equals("SecretAccessMissing"))
                                .map(Condition::getMessage)
                                .orElse(""),
                        text -> !text.isEmpty());
        team.apply(message.substring(message.indexOf('\n') + 1));
    }

    /** Each as verb, resource, and whether in the operator's own namespace. */
    private Set<String> used() {
        Set<String> used = new TreeSet<>();
        requests().stream().filter(request -> request.code() < 400).forEach(request -> used.add(describe(request)));
        return used;
    }

    private Set<String> refused() {
        Set<String> refused = new TreeSet<>();
        requests().stream().filter(request -> request.code() == 403).forEach(request -> refused.add(describe(request)));
        return refused;
    }

    /** Without what every authenticated user may ask: what it may do, and how the API is described, which is no resource. */
    private List<Request> requests() {
        return installation.requestsSince(0).stream()
                .filter(request ->
                        !request.resource().isEmpty() && !request.resource().startsWith("selfsubject"))
                .toList();
    }

    private String describe(Request request) {
        return request.verb() + " " + request.resource()
                + (request.namespace().equals(installation.namespace()) ? "" : " elsewhere");
    }

    /** Pods are asked for only where a replica died in the middle of a refresh, which has a test of its own. */
    private Set<String> grantedWithoutPods() {
        Set<String> granted = granted();
        assertThat(granted.remove("list pods")).isTrue();
        return granted;
    }

    /** What the Roles and ClusterRoles that are bound to the operator's account say, as the API server has them. */
    private Set<String> granted() {
        Set<String> granted = new TreeSet<>();
        rules("roles", installation.namespace(), "oauth-connection-operator")
                .forEach(rule -> expand(rule, "", granted));
        for (String name : List.of("oauth-connection-operator", "oauth-connection-operator-connections")) {
            rules("clusterroles", "", name).forEach(rule -> expand(rule, " elsewhere", granted));
        }
        for (String connection : List.of("books", "reports")) {
            rules("roles", team.namespace(), "oauthconnection-" + connection)
                    .forEach(rule -> expand(rule, " elsewhere", granted));
        }
        return granted;
    }

    private static JsonNode rules(String kind, String namespace, String name) {
        Kubectl.Result role =
                api.kubectl().run("get", kind, name, "-o", "json", "--ignore-not-found", "--namespace=" + namespace);
        try {
            return JSON.readTree(role.output()).path("rules");
        } catch (Exception e) {
            throw new AssertionError(role.output(), e);
        }
    }

    private static void expand(JsonNode rule, String where, Set<String> granted) {
        for (JsonNode verb : rule.path("verbs")) {
            rule.path("resources").forEach(resource -> granted.add(verb.asText() + " " + resource.asText() + where));
        }
    }
}

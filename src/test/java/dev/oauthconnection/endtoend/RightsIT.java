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
import dev.oauthconnection.testing.Kubectl;
import dev.oauthconnection.testing.Kustomize;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
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
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rights that deploy/ grants are those that the operator uses: none is refused, and none is left over. What each is needed for is
 * in {@link NeededRightsIT}.
 */
class RightsIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    static final ApiServer api = new ApiServer();

    private Team team;
    private Installation installation;
    private WholeLives lives;

    @AfterEach
    void stop() {
        lives.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster-wide", "listed-namespaces"})
    void the_operator_uses_what_it_is_granted_and_asks_for_nothing_else(String component) {
        install(component);
        lives.live(connection -> {}, "--watch-namespaces=" + team.namespace());
        assertThat(team.value("reports", "access_token"))
                .as("the Secret of the earlier name")
                .isEmpty();
        installation.close();
        assertThat(lives.refused()).isEmpty();
        assertThat(lives.used()).isEqualTo(grantedWithoutPods());
    }

    @Test
    void by_name_the_operator_uses_what_it_and_the_team_granted_and_lists_no_secret_of_the_team() {
        install("named-secrets");
        lives.live(this::applyThePrintedRole, "--secret-access=Named", "--watch-namespaces=" + team.namespace());
        installation.close();
        assertThat(lives.refused()).allMatch(request -> request.endsWith(" secrets elsewhere"));
        assertThat(lives.used()).isEqualTo(grantedWithoutPods());
        assertThat(lives.used()).doesNotContain("list secrets elsewhere", "watch secrets elsewhere");
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
        String manifests = Kustomize.of(api.kubectl()).buildFor(team.namespace(), api.newNamespace(), component);
        installation = Installation.ofOneTest(api, manifests);
        lives = new WholeLives(api, team, installation);
    }

    @Test
    void whether_the_pod_of_another_replica_is_over_is_asked_and_without_an_answer_its_refresh_is_waited_for() {
        install("cluster-wide");
        String served = "--watch-namespaces=" + team.namespace();
        Replica first = installation.start(served);
        PlayedProvider provider = lives.provider(first);
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
        await().atMost(Team.PATIENCE).until(() -> lives.refused().contains("list pods"));
        assertThat(team.value("books", "access_token")).isEqualTo(before);

        kubectl(role, "[{\"op\": \"replace\", \"path\": \"/rules/1/verbs\", \"value\": [\"list\"]}]");
        team.awaitTokenOtherThan(before, "books");
        assertThat(lives.used()).contains("list pods");
        assertThat(provider.errors()).isEmpty();
    }

    private void kubectl(String[] command, String last) {
        String[] all = Arrays.copyOf(command, command.length + 1);
        all[command.length] = last;
        team.kubectl(all);
    }

    /** Its UID. */
    private String podThatFailed() {
        Pod pod = api.client().resource(installation.podOfOperator("over-")).create();
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

package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.Kustomize;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each right that deploy/ grants is taken away in turn, and something that connections live on is refused. */
class NeededRightsIT {
    private static final String NAME = "oauth-connection-operator";

    @RegisterExtension
    static final ApiServer api = new ApiServer();

    private WholeLives lives;

    @AfterEach
    void stop() {
        lives.close();
    }

    /** {@code list pods} is missing here: RightsIT shows what happens without it. */
    @ParameterizedTest
    @CsvSource({
        "get,secrets",
        "list,secrets",
        "watch,secrets",
        "create,secrets",
        "update,secrets",
        "delete,secrets",
        "get,configmaps",
        "patch,leases"
    })
    void in_its_own_namespace(String verb, String resource) {
        Team team = Team.in(api);
        Installation installation = install(team);
        takeAway(verb, resource, installation);
        awaitRefusal(team, verb + " " + resource);
    }

    @ParameterizedTest
    @CsvSource({
        "get,secrets",
        "list,secrets",
        "watch,secrets",
        "create,secrets",
        "update,secrets",
        "delete,secrets",
        "get,namespaces",
        "create,events",
        "get,oauthconnections",
        "list,oauthconnections",
        "watch,oauthconnections",
        "patch,oauthconnections",
        "patch,oauthconnections/status",
        "list,clusteroauthproviders",
        "watch,clusteroauthproviders"
    })
    void where_connections_are(String verb, String resource) {
        Team team = Team.in(api);
        install(team);
        for (String name : List.of(NAME, NAME + "-connections")) {
            api.client().rbac().clusterRoles().withName(name).edit((ClusterRole role) -> {
                role.setRules(without(verb, resource, role.getRules()));
                return role;
            });
        }
        awaitRefusal(team, verb + " " + resource + " elsewhere");
    }

    @ParameterizedTest
    @CsvSource({"create", "get", "update"})
    void of_the_lease_at_the_start(String verb) {
        Team team = Team.in(api);
        Installation installation = install(team);
        takeAway(verb, "leases", installation);
        Replica replica = installation.launch("--watch-namespaces=" + team.namespace());
        assertThat(replica.ended()).isEqualTo(1);
        assertThat(replica.logged().lines())
                .last()
                .asString()
                .startsWith("the operator cannot start (No permission to lease resource.")
                .contains("missing required verbs: [" + verb + "]")
                .endsWith("docs/rbac.md has them");
        assertThat(replica.logged()).doesNotContain("\tat ");
    }

    private static void takeAway(String verb, String resource, Installation installation) {
        api.client()
                .rbac()
                .roles()
                .inNamespace(installation.namespace())
                .withName(NAME)
                .edit((Role role) -> {
                    role.setRules(without(verb, resource, role.getRules()));
                    return role;
                });
    }

    /** With listed namespaces: cluster-wide the own namespace would have its rights twice. */
    private Installation install(Team team) {
        String manifests =
                Kustomize.of(api.kubectl()).buildFor(team.namespace(), api.newNamespace(), "listed-namespaces");
        Installation installation = Installation.ofOneTest(api, manifests);
        lives = new WholeLives(api, team, installation);
        return installation;
    }

    private static List<PolicyRule> without(String verb, String resource, List<PolicyRule> rules) {
        List<PolicyRule> rest = new ArrayList<>();
        for (PolicyRule rule : rules) {
            if (rule.getResources().contains(resource)) {
                rule.setVerbs(
                        rule.getVerbs().stream().filter(it -> !it.equals(verb)).toList());
            }
            if (!rule.getVerbs().isEmpty()) {
                rest.add(rule);
            }
        }
        return rest;
    }

    /** The lives end where they cannot go on; what counts is what was refused until then. */
    private void awaitRefusal(Team team, String request) {
        Thread living = Thread.ofVirtual()
                .unstarted(() -> lives.live(connection -> {}, "--watch-namespaces=" + team.namespace()));
        living.setUncaughtExceptionHandler((thread, end) -> {});
        living.start();
        try {
            await().atMost(Team.PATIENCE).until(() -> lives.refused().contains(request));
        } finally {
            living.interrupt();
        }
    }
}

package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.testing.Cluster;
import dev.oauthconnection.testing.KeycloakRealm;
import dev.oauthconnection.testing.RealParts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The life of one installation in a cluster with nodes, in order: one connection is consented to once, at a Keycloak whose refresh tokens
 * work once, and all that follows must neither lose its grant nor send a refresh token twice.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterIT {
    private static final String CONNECTION = "books";
    private static final String RELEASE = "connections";

    @RegisterExtension
    static final Cluster cluster = new Cluster();

    private static Deployed operator;
    private static NetworkedProvider provider;
    private static Team team;

    @BeforeAll
    static void startProvider() {
        operator = Deployed.in(Deployed.NAMESPACE, cluster);
        provider = NetworkedProvider.start(cluster.host(), Deployed.REDIRECT_URI);
        cluster.namespace("finance");
        team = new Team(cluster.client(), cluster.kubectl("finance"), "finance");
    }

    @AfterAll
    static void stopProvider() {
        if (provider != null) {
            provider.close();
        }
    }

    @AfterEach
    void nothing_was_sent_twice() {
        assertThat(provider.realm().count("REFRESH_TOKEN_ERROR", KeycloakRealm.APP))
                .isZero();
    }

    @Test
    @Order(1)
    void an_installation_by_kustomize_is_ready_under_restricted_pod_security() {
        operator.applyKustomization("--allowed-addresses=" + cluster.host());
        operator.awaitRollout();
        assertThat(operator.pods()).hasSize(2).allSatisfy(pod -> assertThat(
                        pod.getStatus().getContainerStatuses().getFirst().getRestartCount())
                .isZero());
    }

    @Test
    @Order(2)
    void a_consent_at_a_provider_of_a_private_authority_gives_a_mounted_token() {
        team.apply(provider.manifests(Deployed.NAMESPACE));
        team.apply(provider.connection(CONNECTION));
        team.apply(Workload.deployment(cluster.shellImage(), CONNECTION));
        try (PortForward forward = operator.forwardConsentPages()) {
            provider.consent(team, CONNECTION);
        }
        team.awaitReady(CONNECTION);
        Workload.awaitSeen(team, 1);
    }

    @Test
    @Order(3)
    void a_leader_that_is_deleted_in_the_middle_of_a_refresh_commits_what_it_got() {
        String before = team.awaitToken(CONNECTION);
        Pod leader = operator.leader();
        provider.delayAnswers(Duration.ofSeconds(1));
        team.annotate(CONNECTION, "oauthconnection.dev/refresh-requested", "deletion");
        awaitArmed();
        cluster.client().resource(leader).delete();
        team.awaitTokenOtherThan(before, CONNECTION);
        provider.delayAnswers(Duration.ZERO);
        operator.awaitLeaderOtherThan(leader);
        goesOn();
    }

    @Test
    @Order(4)
    void a_leader_that_is_killed_between_two_refreshes_is_replaced() {
        Pod leader = operator.leader();
        team.awaitTokenOtherThan(team.awaitToken(CONNECTION), CONNECTION);
        cluster.client().resource(leader).withGracePeriod(0).delete();
        operator.awaitLeaderOtherThan(leader);
        goesOn();
    }

    @Test
    @Order(5)
    void an_eviction_moves_the_lease() {
        Pod leader = operator.leader();
        cluster.client()
                .pods()
                .inNamespace(Deployed.NAMESPACE)
                .withName(leader.getMetadata().getName())
                .evict(new EvictionBuilder()
                        .withNewMetadata()
                        .withName(leader.getMetadata().getName())
                        .withNamespace(Deployed.NAMESPACE)
                        .endMetadata()
                        .build());
        operator.awaitLeaderOtherThan(leader);
        goesOn();
    }

    @Test
    @Order(6)
    void a_full_quota_delays_a_new_token_secret_and_says_so() {
        team.apply("""
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: full}
                spec: {hard: {count/secrets: "0"}}
                """);
        team.kubectl("delete", "secret", CONNECTION);
        team.awaitReason(CONNECTION, "Ready", "DeliveryFailed");
        team.kubectl("delete", "resourcequota", "full");
        team.awaitReason(CONNECTION, "Ready", "TokenCurrent");
        goesOn();
    }

    @Test
    @Order(7)
    void an_upgrade_that_is_oom_killed_leaves_the_old_pods_serving_and_is_rolled_back() {
        operator.kubectl(
                "set",
                "resources",
                Deployed.DEPLOYMENT,
                "--containers=operator",
                "--limits=memory=48Mi",
                "--requests=memory=48Mi");
        await().atMost(Team.PATIENCE).until(operator::wasOomKilled);
        goesOn();
        operator.kubectl("rollout", "undo", Deployed.DEPLOYMENT);
        operator.awaitRollout();
        goesOn();
    }

    @Test
    @Order(8)
    void an_upgrade_replaces_both_pods_and_nothing_is_asked_for_again() {
        Pod before = operator.leader();
        operator.applyKustomization("--allowed-addresses=" + cluster.host(), "--selector=!unserved");
        operator.awaitRollout();
        operator.awaitLeaderOtherThan(before);
        goesOn();
    }

    @Test
    @Order(9)
    void refreshes_go_on_while_the_kubelet_is_stopped_for_a_minute() throws Exception {
        RealParts.require(
                cluster.kubelet().isPresent(), "CLUSTER_KUBELET_PID names no kubelet of this machine to stop");
        String kubelet = cluster.kubelet().orElseThrow().toString();
        new ProcessBuilder("kill", "-STOP", kubelet).start().waitFor();
        try {
            Instant until = Instant.now().plusSeconds(60);
            while (Instant.now().isBefore(until)) {
                goesOn();
            }
        } finally {
            new ProcessBuilder("kill", "-CONT", kubelet).start().waitFor();
        }
        goesOn();
    }

    @Test
    @Order(10)
    void the_workload_saw_the_mounted_file_change_by_itself_and_sees_each_change_at_once_where_propagation_is_eager() {
        long seen = Workload.awaitSeen(team, 3);
        team.kubectl(
                "patch",
                "oauthconnection/" + CONNECTION,
                "--type=merge",
                "-p",
                "{\"spec\": {\"secret\": {\"propagation\": \"Eager\"}}}");
        // Each token lives for 20 s, and the kubelet alone would have shown one in four.
        for (int refresh = 1; refresh <= 4; refresh++) {
            String token = team.awaitToken(CONNECTION);
            seen = Workload.awaitSeen(team, seen + 1);
            team.awaitTokenOtherThan(token, CONNECTION);
        }
    }

    @Test
    @Order(11)
    void a_sidecar_of_the_same_image_serves_the_token_to_its_pod() throws Exception {
        team.apply(Files.readString(Path.of("examples/sidecar.yaml"))
                .replace("curlimages/curl:8.11.1", cluster.shellImage())
                .replaceFirst(
                        "curl .* > /dev/null",
                        "case \\$(wget -q -O - http://127.0.0.1:5001/token) in *accessToken*) echo served;; esac")
                .replace("sleep 300", "sleep 1"));
        await().atMost(Team.PATIENCE).ignoreExceptions().until(() -> team.kubectl(
                        "logs", "deployment/invoice-sender", "--container=sender")
                .contains("served"));
        team.kubectl("delete", "deployment", "invoice-sender");
    }

    @Test
    @Order(12)
    void an_uninstall_keeps_the_grants_and_an_installation_by_helm_goes_on_with_them() {
        operator.uninstall();
        assertThat(operator.pods()).isEmpty();
        assertThat(team.grant(CONNECTION, Deployed.NAMESPACE).candidates()).isNotEmpty();

        operator.helm("install", RELEASE, "--set", "extraArgs={--allowed-addresses=" + cluster.host() + "}");
        operator.awaitRollout();
        goesOn();
        operator.helm("upgrade", RELEASE, "--reset-then-reuse-values", "--set", "replicas=1");
        operator.awaitRollout();
        goesOn();
        operator.helm("rollback", RELEASE);
        operator.awaitRollout();
        assertThat(operator.pods()).hasSize(2);
        goesOn();
    }

    @Test
    @Order(13)
    void a_second_installation_takes_the_connections_of_its_labels_and_no_others() {
        String[] split = {
            "--reset-then-reuse-values",
            "--set",
            "extraArgs={--allowed-addresses=" + cluster.host() + ",--selector=tier!=gold}"
        };
        operator.helm("upgrade", RELEASE, split);
        operator.awaitRollout();
        Deployed gold = Deployed.in("gold-system", cluster).named("gold");
        cluster.namespace(gold.namespace());
        gold.helm(
                "install",
                "gold",
                "--set",
                "name=gold",
                "--set",
                "replicas=1",
                "--set",
                "extraArgs={--allowed-addresses=" + cluster.host() + ",--selector=tier=gold}");
        gold.awaitRollout();
        team.apply(provider.connection("gold").replace("{name: gold}", "{name: gold, labels: {tier: gold}}"));
        await().atMost(Team.PATIENCE).until(() -> gold.namespace()
                .equals(team.status("gold").map(OAuthConnectionStatus::servedBy).orElse(null)));
        goesOn();
        assertThat(team.status(CONNECTION).orElseThrow().servedBy()).isEqualTo(Deployed.NAMESPACE);
        gold.helm("uninstall", "gold");
    }

    @Test
    @Order(14)
    void an_uninstallation_by_helm_keeps_connections_and_grants() {
        operator.helm("uninstall", RELEASE);
        await().atMost(Team.PATIENCE).until(() -> operator.pods().isEmpty());
        assertThat(team.connection(CONNECTION).getStatus()).isNotNull();
        assertThat(team.grant(CONNECTION, Deployed.NAMESPACE).candidates()).isNotEmpty();
    }

    private void awaitArmed() {
        await().atMost(Team.PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> team.grant(CONNECTION, Deployed.NAMESPACE).intent() != null);
    }

    /** Two more refreshes, without a person. */
    private void goesOn() {
        String token = team.awaitToken(CONNECTION);
        for (int refresh = 1; refresh <= 2; refresh++) {
            token = team.awaitTokenOtherThan(token, CONNECTION);
        }
        team.awaitReady(CONNECTION);
    }
}

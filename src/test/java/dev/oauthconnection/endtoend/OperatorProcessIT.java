package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oauthconnection.testing.ApiServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The operator's process: what its platform asks of it, what it logs, and how it ends. */
class OperatorProcessIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    private static final Duration LIFETIME = Duration.ofSeconds(8);

    @Test
    void a_consent_becomes_a_token_that_is_kept_fresh_with_the_rights_of_deploy_alone() {
        Team team = Team.in(api);
        try (Installation installation = Installation.ofOneTest(api)) {
            Replica replica = installation.start("--watch-namespaces=" + team.namespace());
            try (PlayedProvider provider = PlayedProvider.start(team, LIFETIME, replica.port())) {
                team.apply(provider.appConnection("books", ""));
                assertThat(team.beginConsent("books").page()).contains("has its grant");
                team.awaitReady("books");
                String first = team.awaitToken("books");
                String second = team.awaitTokenOtherThan(first, "books");
                team.awaitTokenOtherThan(second, "books");
                assertThat(provider.errors()).isEmpty();
            }
        }
    }

    @Test
    void the_management_port_answers_and_shows_no_secret() throws Exception {
        Team team = Team.in(api);
        try (Installation installation = Installation.ofOneTest(api)) {
            Replica replica = installation.start("--watch-namespaces=" + team.namespace());
            try (PlayedProvider provider = PlayedProvider.start(team, LIFETIME, replica.port())) {
                team.apply(provider.appConnection("books", ""));
                team.beginConsent("books");
                String token = team.awaitTokenOtherThan(team.awaitToken("books"), "books");
                assertThat(replica.get("/livez").body()).isEqualTo("ok");
                assertThat(replica.get("/readyz").body()).isEqualTo("ok");
                String metrics = replica.get("/metrics").body();
                String refreshToken = team.grant("books", installation.namespace())
                        .candidates()
                        .getFirst()
                        .token();
                assertThat(metrics)
                        .contains("oauthconnection_redemptions", "oauthconnection_deliveries")
                        .doesNotContain(token, refreshToken, "playground-secret");
                assertThat(replica.logged()).doesNotContain(token, refreshToken, "playground-secret");
            }
        }
    }

    @Test
    void logs_for_machines_are_json_line_by_line() throws Exception {
        Team team = Team.in(api);
        try (Installation installation = Installation.ofOneTest(api)) {
            Replica replica = installation.start("--watch-namespaces=" + team.namespace(), "--log-format=json");
            assertThat(replica.logged().lines()).isNotEmpty().allSatisfy(line -> {
                JsonNode event = new ObjectMapper().readTree(line);
                assertThat(event.path("level").asText()).isNotEmpty();
                assertThat(event.path("@timestamp").asText()).isNotEmpty();
                assertThat(event.path("message").asText()).isNotEmpty().doesNotContain("{}");
            });
        }
    }

    @Test
    void sigterm_ends_it_with_success_and_gives_the_lease_away() {
        Team team = Team.in(api);
        try (Installation installation = Installation.ofOneTest(api)) {
            Replica replica = installation.start("--watch-namespaces=" + team.namespace());
            await().atMost(Team.PATIENCE).until(() -> !holder(installation).isEmpty());
            assertThat(replica.terminate()).as(replica.logged()).isZero();
            assertThat(holder(installation)).isEmpty();
        }
    }

    @Test
    void an_api_server_that_cannot_be_reached_at_the_start_is_one_line_and_an_exit_code(@TempDir Path folder)
            throws Exception {
        Path kubeconfig = folder.resolve("kubeconfig");
        Files.writeString(kubeconfig, """
                apiVersion: v1
                kind: Config
                current-context: x
                contexts: [{name: x, context: {cluster: x, user: x}}]
                clusters: [{name: x, cluster: {server: "http://127.0.0.1:1"}}]
                users: [{name: x, user: {}}]
                """);
        Replica replica = Replica.launch(kubeconfig, "nowhere");
        assertThat(replica.ended()).isEqualTo(1);
        assertThat(replica.logged().lines())
                .last()
                .asString()
                .startsWith("the Kubernetes API server at http://127.0.0.1:1/ cannot be reached: set KUBECONFIG");
        assertThat(replica.logged()).doesNotContain("Exception", "\tat ");
    }

    @Test
    void a_kubeconfig_that_cannot_be_read_is_one_line_and_an_exit_code(@TempDir Path folder) throws Exception {
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), "{nonsense");
        Replica replica = Replica.launch(kubeconfig, "nowhere");
        assertThat(replica.ended()).isEqualTo(2);
        assertThat(replica.logged().lines()).singleElement().asString().startsWith("the kubeconfig cannot be read");
    }

    @Test
    void a_restart_goes_on_with_the_grant_and_sends_nothing_that_is_not_due() {
        Team team = Team.in(api);
        try (Installation installation = Installation.ofOneTest(api)) {
            Replica replica = installation.start("--watch-namespaces=" + team.namespace());
            try (PlayedProvider provider = PlayedProvider.start(team, Duration.ofHours(1), replica.port())) {
                team.apply(provider.appConnection("books", ""));
                team.beginConsent("books");
                team.awaitReady("books");
                String before = team.awaitToken("books");
                replica.terminate();
                installation.start("--watch-namespaces=" + team.namespace());
                await().atMost(Team.PATIENCE).until(() -> !holder(installation).isEmpty());
                team.annotate("books", "oauthconnection.dev/refresh-requested", "now");
                team.awaitTokenOtherThan(before, "books");
                assertThat(provider.granted("refresh_token")).isEqualTo(1);
                assertThat(provider.errors()).isEmpty();
            }
        }
    }

    @Test
    void an_api_server_that_is_gone_when_a_refresh_is_due_costs_no_grant() {
        Team team = Team.in(api);
        try (Installation installation = Installation.ofOneTest(api)) {
            Replica replica = installation.start("--watch-namespaces=" + team.namespace(), "--no-leader-elect");
            try (PlayedProvider provider = PlayedProvider.start(team, LIFETIME, replica.port())) {
                team.apply(provider.appConnection("books", ""));
                team.beginConsent("books");
                String token = team.awaitToken("books");
                for (int outage = 1; outage <= 3; outage++) {
                    team.awaitReady("books");
                    Instant due = Instant.parse(
                            team.status("books").orElseThrow().token().nextRefreshAt());
                    installation.wire().cut();
                    await().atMost(Team.PATIENCE).until(() -> Instant.now().isAfter(due.plusSeconds(2)));
                    installation.wire().mend();
                    token = team.awaitTokenOtherThan(token, "books");
                }
                team.awaitReady("books");
                assertThat(provider.errors()).isEmpty();
            }
        }
    }

    private static String holder(Installation installation) {
        var lease = api.client()
                .leases()
                .inNamespace(installation.namespace())
                .withName("oauth-connection-operator")
                .get();
        String holder = lease == null ? null : lease.getSpec().getHolderIdentity();
        return holder == null ? "" : holder;
    }
}

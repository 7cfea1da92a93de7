package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.testing.ApiServer;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two installations of the operator in one cluster: of those that could serve a connection one does, and the other says so. */
class TwoInstallationsIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    private Team team;
    private Installation one;
    private Installation two;
    private PlayedProvider provider;

    @BeforeEach
    void install() {
        team = Team.in(api);
        one = Installation.ofOneTest(api);
        two = Installation.another(api);
        Installation.bind(one, two);
        provider = PlayedProvider.start(team, Duration.ofHours(1), 1);
    }

    @AfterEach
    void uninstall() {
        provider.close();
        one.close();
        two.close();
    }

    private Replica start(Installation installation, String... more) {
        String[] options = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("--watch-namespaces=" + team.namespace()),
                        java.util.stream.Stream.of(more))
                .toArray(String[]::new);
        return installation.start(options);
    }

    private String servedBy(String connection) {
        return team.status(connection).map(OAuthConnectionStatus::servedBy).orElse("");
    }

    private List<Event> warnings() {
        return api.client().v1().events().inNamespace(team.namespace()).list().getItems().stream()
                .filter(event -> "ServedByAnother".equals(event.getReason()))
                .toList();
    }

    private static List<Secret> grants(Installation installation) {
        return api.client()
                .secrets()
                .inNamespace(installation.namespace())
                .withLabel("oauthconnection.dev/role", "grant")
                .list()
                .getItems();
    }

    private String labelled(String connection, String tier) {
        return provider.serviceConnection(connection)
                .replace("name: " + connection + "}", "name: " + connection + ", labels: {tier: " + tier + "}}");
    }

    @Test
    void of_two_that_overlap_one_serves_and_the_other_says_so_once() {
        start(one);
        start(two);
        team.apply(provider.serviceConnection("reports"));
        team.awaitReady("reports");
        await().atMost(Team.PATIENCE).untilAsserted(() -> assertThat(warnings()).hasSize(1));
        Installation serving = servedBy("reports").equals(one.namespace()) ? one : two;
        Installation other = serving == one ? two : one;
        assertThat(servedBy("reports")).isEqualTo(serving.namespace());
        assertThat(grants(serving)).hasSize(1);
        assertThat(grants(other)).isEmpty();
        assertThat(warnings().getFirst().getMessage())
                .startsWith("The operator in namespace " + serving.namespace()
                        + " serves this connection, and the one in " + other.namespace() + " leaves it alone");
        assertThat(provider.granted("client_credentials")).isEqualTo(1);
    }

    @Test
    void the_other_takes_over_when_the_first_is_gone_and_its_claim_is_cleared_as_the_event_says() {
        Replica first = start(one);
        team.apply(provider.serviceConnection("reports"));
        team.awaitReady("reports");
        String before = team.awaitToken("reports");
        start(two);
        await().atMost(Team.PATIENCE).untilAsserted(() -> assertThat(warnings()).hasSize(1));
        first.kill();

        team.kubectl(
                "patch",
                "oauthconnection",
                "reports",
                "--namespace",
                team.namespace(),
                "--subresource=status",
                "--type=merge",
                "--patch",
                "{\"status\":{\"servedBy\":null}}");

        team.awaitTokenOtherThan(before, "reports");
        await().atMost(Team.PATIENCE).until(() -> servedBy("reports").equals(two.namespace()));
    }

    @Test
    void two_with_selectors_of_their_own_do_not_disturb_each_other_and_a_moved_label_moves_no_grant() {
        start(one, "--selector=tier=gold");
        start(two, "--selector=tier=silver");
        team.apply(labelled("gold", "gold"));
        team.apply(labelled("silver", "silver"));
        team.awaitReady("gold");
        team.awaitReady("silver");
        assertThat(servedBy("gold")).isEqualTo(one.namespace());
        assertThat(servedBy("silver")).isEqualTo(two.namespace());
        assertThat(warnings()).isEmpty();

        team.kubectl("label", "--overwrite", "oauthconnection", "gold", "tier=silver");

        await().atMost(Team.PATIENCE).untilAsserted(() -> assertThat(warnings()).hasSize(1));
        assertThat(servedBy("gold")).isEqualTo(one.namespace());
        assertThat(grants(one)).hasSize(1);
        assertThat(provider.granted("client_credentials")).isEqualTo(2);

        team.kubectl("label", "--overwrite", "oauthconnection", "gold", "tier=gold");
        String before = team.value("gold", "access_token");
        team.annotate("gold", "oauthconnection.dev/refresh-requested", "1");
        team.awaitTokenOtherThan(before, "gold");
    }
}

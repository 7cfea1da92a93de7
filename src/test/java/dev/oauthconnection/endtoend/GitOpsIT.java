package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oauthconnection.local.playground.PlaygroundClient;
import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.Kstatus;
import dev.oauthconnection.testing.Kubectl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Connections that a tool applies from Git, on a real API server. */
class GitOpsIT {
    private static final List<String> TOOLS = List.of("argocd-controller", "kustomize-controller", "kubectl");

    @RegisterExtension
    static final ApiServer api = new ApiServer();

    @TempDir
    Path git;

    @Test
    void a_connection_that_nobody_has_looked_at_yet_is_not_taken_for_finished() throws IOException {
        Team team = Team.in(api);
        team.apply(connection("books", "nowhere", "no-client"));
        String object = team.kubectl("get", "oauthconnection/books", "-o", "json");
        assertThat(Kstatus.of(new ObjectMapper().readTree(object))).isEqualTo(Kstatus.InProgress);
    }

    @Test
    void what_is_applied_again_and_again_neither_conflicts_nor_differs_while_tokens_are_refreshed() throws IOException {
        Team team = Team.in(api);
        try (Installation installation = Installation.ofOneTest(api)) {
            Replica replica = installation.start("--watch-namespaces=" + team.namespace());
            try (PlayedProvider provider = PlayedProvider.start(team, Duration.ofSeconds(10), replica.port())) {
                for (String tool : TOOLS) {
                    Files.writeString(git.resolve(tool), provider.serviceConnection(tool));
                    assertServerSide(team, tool, "apply");
                }
                Path plain = Files.writeString(git.resolve("plain"), provider.serviceConnection("plain"));
                team.kubectl("apply", "-f", plain.toString());
                String token = "";
                for (int refresh = 0; refresh < 3; refresh++) {
                    token = team.awaitTokenOtherThan(token, "plain");
                }
                for (String tool : TOOLS) {
                    team.awaitReady(tool);
                    assertServerSide(team, tool, "diff");
                    assertServerSide(team, tool, "apply");
                    assertServerSide(team, tool, "diff");
                }
                team.kubectl("diff", "-f", plain.toString());
                assertThat(provider.errors()).isEmpty();
            }
        }
    }

    /** {@code kubectl diff} ends with 1 when there is a difference, {@code kubectl apply} when there is a conflict. */
    private void assertServerSide(Team team, String tool, String command) {
        Kubectl.Result result = team.kubectl()
                .run(
                        command,
                        "--server-side",
                        "--field-manager=" + tool,
                        "-f",
                        git.resolve(tool).toString());
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    @Test
    void a_connection_may_come_before_its_provider_and_its_client() {
        Team team = Team.in(api);
        try (Installation installation = Installation.ofOneTest(api)) {
            Replica replica = installation.start("--watch-namespaces=" + team.namespace());
            team.apply(connection("reports", team.namespace() + "-playground", "sealed"));
            team.awaitReason("reports", "Stalled", "ProviderNotFound");
            try (PlayedProvider provider = PlayedProvider.start(team, Duration.ofHours(1), replica.port())) {
                team.awaitReason("reports", "Stalled", "ClientSecretNotFound");
                team.kubectl(
                        "create",
                        "secret",
                        "generic",
                        "sealed",
                        "--from-literal=client_id=" + PlaygroundClient.SERVICE,
                        "--from-literal=client_secret=" + PlaygroundClient.SECRET);
                team.awaitReady("reports");
                team.awaitReason("reports", "Stalled", "AsExpected");
                assertThat(provider.errors()).isEmpty();
            }
        }
    }

    private static String connection(String name, String provider, String client) {
        return """
                apiVersion: oauthconnection.dev/v1alpha1
                kind: OAuthConnection
                metadata: {name: %s}
                spec: {provider: {name: %s}, client: {secretRef: {name: %s}}, grantType: ClientCredentials}
                """.formatted(name, provider, client);
    }
}

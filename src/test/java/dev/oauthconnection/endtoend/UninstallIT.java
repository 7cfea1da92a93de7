package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.Kubectl;
import dev.oauthconnection.testing.Kustomize;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What deploy/uninstall removes, and what it keeps. There is no garbage collector here, so that a cascade in the foreground never ends. */
class UninstallIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    @Test
    void the_operator_goes_and_its_connections_and_grants_stay_without_our_finalizer() throws Exception {
        Team team = Team.in(api);
        try (Installation installation = Installation.ofOneTest(
                api,
                Kustomize.of(api.kubectl()).build("cluster-wide", "eager-propagation", "metrics", "network-policy"))) {
            Replica replica = installation.start("--watch-namespaces=" + team.namespace());
            try (PlayedProvider provider = PlayedProvider.start(team, Duration.ofHours(1), replica.port())) {
                team.apply(provider.appConnection("books", ", onDelete: Revoke"));
                team.beginConsent("books");
                team.awaitReady("books");
            }
            replica.terminate();
            team.kubectl(
                    "patch",
                    "oauthconnection/books",
                    "--type=json",
                    "-p",
                    "[{\"op\": \"add\", \"path\": \"/metadata/finalizers/-\", \"value\": \"example.com/theirs\"}]");
            team.apply(provided("theirs", "metadata: {finalizers: [oauthconnection.dev/revoke], name: theirs}"));
            serveFromElsewhere(team, "theirs");
            team.kubectl("delete", "deployment", "--all", "--namespace=" + installation.namespace());

            String told = uninstall(team, "--namespace", installation.namespace());

            assertThat(told)
                    .contains("Taking the finalizer off " + team.namespace() + "/books")
                    .contains("Kept: the connections, the CRDs, and the namespace " + installation.namespace());
            assertThat(team.connection("books").getMetadata().getFinalizers()).containsExactly("example.com/theirs");
            assertThat(team.grant("books", installation.namespace()).candidates())
                    .isNotEmpty();
            assertThat(team.connection("theirs").getMetadata().getFinalizers())
                    .as("of what another installation serves")
                    .containsExactly("oauthconnection.dev/revoke");
            assertThat(team.kubectl(
                            "get",
                            "clusterroles,clusterrolebindings,validatingadmissionpolicies,validatingadmissionpolicybindings",
                            "-o",
                            "name"))
                    .doesNotContain("/oauth-connection-operator");
            assertThat(team.kubectl(
                            "get",
                            "services,serviceaccounts,roles,rolebindings,networkpolicies,poddisruptionbudgets",
                            "-o",
                            "name",
                            "--namespace=" + installation.namespace()))
                    .doesNotContain("oauth-connection-operator");
            assertThat(uninstall(team, "--namespace", installation.namespace()))
                    .as("a second run")
                    .doesNotContain("Taking the finalizer off " + team.namespace());
            assertThat(team.kubectl()
                            .script("deploy/uninstall", "--namespace", installation.namespace(), "--all")
                            .output())
                    .as("while another installation serves connections")
                    .contains("uninstall those first, in elsewhere");
            assertThat(team.kubectl("get", "crds", "-o", "name")).contains("oauthconnections.oauthconnection.dev");
        }
    }

    private static String provided(String name, String metadata) {
        return """
                apiVersion: oauthconnection.dev/v1alpha1
                kind: OAuthConnection
                %s
                spec: {provider: {name: xero}, client: {id: %s}}
                """.formatted(metadata, name);
    }

    private static void serveFromElsewhere(Team team, String connection) {
        team.kubectl(
                "patch",
                "oauthconnection/" + connection,
                "--subresource=status",
                "--type=merge",
                "-p",
                "{\"status\": {\"servedBy\": \"elsewhere\"}}");
    }

    private static String uninstall(Team team, String... arguments) {
        Kubectl.Result result = team.kubectl().script("deploy/uninstall", arguments);
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output();
    }
}

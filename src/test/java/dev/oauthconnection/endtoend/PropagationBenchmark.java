package dev.oauthconnection.endtoend;

import dev.oauthconnection.testing.Cluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Has {@code src/bench/propagation/measure} measure on a cluster how long a new token takes into a mounted file. No test: it asserts
 * nothing, and runs when it is asked for by name.
 */
class PropagationBenchmark {
    @RegisterExtension
    static final Cluster cluster = new Cluster();

    @Test
    void from_the_sending_of_the_refresh_to_the_mounted_file() throws Exception {
        Deployed operator = Deployed.in(Deployed.NAMESPACE, cluster);
        operator.applyKustomization("--allowed-addresses=" + cluster.host());
        operator.awaitRollout();
        cluster.namespace("measured");
        Team team = new Team(cluster.client(), cluster.kubectl("measured"), "measured");
        try (NetworkedProvider provider = NetworkedProvider.start(cluster.host(), Deployed.REDIRECT_URI)) {
            provider.realm().accessTokensLiveFor(Duration.ofHours(1));
            team.apply(provider.manifests(Deployed.NAMESPACE));
            team.apply(provider.connection("books"));
            try (PortForward forward = operator.forwardConsentPages()) {
                provider.consent(team, "books");
            }
            team.awaitReady("books");
            measure("Eager", "30");
            measure("Kubelet", "4");
        } finally {
            operator.uninstall();
            cluster.client().namespaces().withName("measured").delete();
        }
    }

    private static void measure(String mode, String rounds) throws Exception {
        ProcessBuilder measure = new ProcessBuilder(
                        "src/bench/propagation/measure",
                        "--namespace=measured",
                        "--connection=books",
                        "--image=" + cluster.shellImage(),
                        "--modes=" + mode,
                        "--rounds=" + rounds)
                .inheritIO();
        measure.environment()
                .put("KUBECONFIG", cluster.kubectl("measured").kubeconfig().toString());
        measure.environment()
                .put("KUBECTL", cluster.kubectl("measured").program().toString());
        measure.start().waitFor();
    }
}

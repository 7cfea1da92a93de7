package dev.oauthconnection.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.Kubectl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The component, as kustomize puts it upon a Deployment of the operator. */
class EagerPropagationComponentIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    private static final Path COMPONENT = Path.of("deploy/components/eager-propagation");

    @Test
    void it_starts_the_operator_with_the_option_and_brings_rights_and_policy() throws IOException {
        // kustomize follows relative paths alone.
        Path overlay = Files.createTempDirectory(Path.of("target"), "overlay");
        Files.writeString(overlay.resolve("deployment.yaml"), """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: oauth-connection-operator, namespace: oauthconnection-system}
                spec:
                  selector: {matchLabels: {app: operator}}
                  template:
                    metadata: {labels: {app: operator}}
                    spec: {containers: [{name: operator, image: "oauth-connection-operator:0.1.0-SNAPSHOT", args: [operator]}]}
                """);
        Files.writeString(overlay.resolve("kustomization.yaml"), """
                resources: [deployment.yaml]
                components: [%s]
                """.formatted(overlay.relativize(COMPONENT)));

        Kubectl.Result rendered = api.kubectl().run("kustomize", overlay.toString());

        assertThat(rendered.exitCode()).as(rendered.output()).isZero();
        assertThat(rendered.output())
                .contains("- args:\n        - operator\n        - --eager-propagation\n")
                .contains("kind: ClusterRole\n", "kind: ClusterRoleBinding\n")
                .contains("kind: ValidatingAdmissionPolicy\n", "kind: ValidatingAdmissionPolicyBinding\n");
    }
}

package dev.oauthconnection.testing;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A cluster with nodes on which the operator's image is loaded: {@code CLUSTER_KUBECONFIG}, of kind or any other. The tests need every
 * right in it. {@code CLUSTER_HOST} is this machine's address as pods see it, and {@code CLUSTER_SHELL_IMAGE} an image with a shell.
 * {@code CLUSTER_KUBELET_PID}, where the kubelet is a process of this machine, lets a test stop it.
 */
public final class Cluster implements BeforeAllCallback {
    private static final String HOW_TO_HAVE_IT =
            "No cluster here. Set CLUSTER_KUBECONFIG to the kubeconfig of one that has the image of "
                    + "deploy/image/build (kind load image-archive target/image/oauth-connection-operator.tar), and CLUSTER_HOST to this "
                    + "machine's address as its pods see it (with kind: the gateway of docker's network named kind)";

    private @Nullable KubernetesClient client;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        RealParts.require(
                setting("CLUSTER_KUBECONFIG").isPresent()
                        && setting("CLUSTER_HOST").isPresent(),
                HOW_TO_HAVE_IT);
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(Files.readString(original())))
                .build();
    }

    /** With every right. */
    public KubernetesClient client() {
        if (client == null) {
            throw new IllegalStateException("no test has begun");
        }
        return client;
    }

    /** This machine's address, as pods see it. */
    public String host() {
        return setting("CLUSTER_HOST").orElseThrow();
    }

    /** An image with a shell. */
    public String shellImage() {
        return setting("CLUSTER_SHELL_IMAGE").orElse("busybox:1.36");
    }

    /** The kubelet, where it is a process of this machine. */
    public Optional<Long> kubelet() {
        return setting("CLUSTER_KUBELET_PID").map(Long::parseLong);
    }

    /** A kubectl whose default namespace this is; there need not be one of that name yet. */
    public Kubectl kubectl(String namespace) {
        try {
            io.fabric8.kubernetes.api.model.Config config =
                    Serialization.unmarshal(Files.readString(original()), io.fabric8.kubernetes.api.model.Config.class);
            config.getContexts().forEach(context -> context.getContext().setNamespace(namespace));
            Path file = Files.createTempFile("kubeconfig", ".yaml");
            file.toFile().deleteOnExit();
            return new Kubectl(program(), Files.writeString(file, Serialization.asYaml(config)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A namespace for a team, unless it is there. */
    public void namespace(String name) {
        client().resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .serverSideApply();
    }

    private static Path program() {
        return ApiServer.kubectlProgram().orElse(Path.of("kubectl"));
    }

    private static Path original() {
        return Path.of(setting("CLUSTER_KUBECONFIG").orElseThrow());
    }

    private static Optional<String> setting(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
    }
}

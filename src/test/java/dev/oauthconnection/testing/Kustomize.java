package dev.oauthconnection.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Renders what deploy/ holds, as {@code kubectl kustomize} does. */
public record Kustomize(Kubectl kubectl) {
    public static Kustomize of(Kubectl kubectl) {
        return new Kustomize(kubectl);
    }

    /** The base with these components, as YAML. */
    public String build(String... components) {
        String list = Arrays.stream(components)
                .map(component -> "  - ../../../deploy/components/" + component + "\n")
                .collect(Collectors.joining());
        try {
            // Kustomize takes no absolute paths, and nothing outside of a common root.
            Path folder = Files.createDirectories(Path.of("target", "overlays", "of-" + String.join("-", components)));
            Files.writeString(
                    folder.resolve("kustomization.yaml"),
                    "resources:\n  - ../../../deploy/base\ncomponents:" + (list.isEmpty() ? " []\n" : "\n" + list));
            return render(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The base with this component, which serves these two in place of its examples where it lists namespaces. */
    public String buildFor(String served, String another, String component) {
        return build(component)
                .replace("namespace: finance", "namespace: " + served)
                .replace("namespace: sales", "namespace: " + another);
    }

    /** A folder with a kustomization, as YAML. */
    public String render(Path folder) {
        Kubectl.Result built = kubectl.run("kustomize", folder.toString());
        assertThat(built.exitCode()).as(built.output()).isZero();
        return built.output();
    }
}

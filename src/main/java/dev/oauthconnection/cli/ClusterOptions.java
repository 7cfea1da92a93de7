package dev.oauthconnection.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster a command is about, as kubectl has it. Holds words alone, so that {@code --help} loads nothing of a cluster. */
final class ClusterOptions {
    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description =
                    "The kubeconfig. Default: what KUBECONFIG names, or ~/.kube/config; in a pod its service account.")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "The context in the kubeconfig. Default: its current one.")
    private @Nullable String context;

    @Nullable
    Path kubeconfig() {
        return kubeconfig;
    }

    @Nullable
    String context() {
        return context;
    }
}

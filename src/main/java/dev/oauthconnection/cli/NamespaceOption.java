package dev.oauthconnection.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose connections a command is about. */
final class NamespaceOption {
    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            description = "The namespace. Default: that of the kubeconfig's context.")
    private @Nullable String namespace;

    @Nullable
    String namespace() {
        return namespace;
    }
}

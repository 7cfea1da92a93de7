package dev.oauthconnection.cli;

import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The providers: those built in, and the cluster's. */
@Command(
        name = "provider",
        description = "Shows the providers, those built in and the cluster's, and tests whether one can be reached.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        sortOptions = false)
final class ProviderCommand {
    /** How a list looks. */
    enum ListOutput {
        table,
        json,
        yaml,
        name
    }

    /** How a provider looks. */
    enum ShowOutput {
        yaml,
        json
    }

    /** How findings look. */
    enum TestOutput {
        table,
        json,
        yaml
    }

    @Spec
    private @Nullable CommandSpec spec;

    private Console console() {
        return Console.of(Objects.requireNonNull(spec));
    }

    @Command(
            name = "list",
            description = "Lists the providers. Without a cluster: those that are built in.",
            mixinStandardHelpOptions = true)
    private int list(
            @Option(
                            names = {"-o", "--output"},
                            defaultValue = "table",
                            paramLabel = "FORMAT",
                            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
                    ListOutput output,
            @Mixin ClusterOptions cluster) {
        return ProviderReports.list(cluster, output, console());
    }

    @Command(
            name = "show",
            description = "Shows a provider as the spec of a ClusterOAuthProvider, to be changed and applied.",
            mixinStandardHelpOptions = true)
    private int show(
            @Parameters(paramLabel = "NAME", description = "The provider.") String name,
            @Option(
                            names = {"-o", "--output"},
                            defaultValue = "yaml",
                            paramLabel = "FORMAT",
                            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
                    ShowOutput output,
            @Mixin ClusterOptions cluster) {
        return ProviderReports.show(cluster, name, output, console());
    }

    @Command(
            name = "test",
            description = {
                "Asks the provider's discovery document and endpoints from this machine, without credentials, and compares the clocks.",
                "Ends with 3 where something failed."
            },
            mixinStandardHelpOptions = true)
    private int test(
            @Parameters(paramLabel = "NAME", description = "The provider.") String name,
            @Option(
                            names = {"-o", "--output"},
                            defaultValue = "table",
                            paramLabel = "FORMAT",
                            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
                    TestOutput output,
            @Option(
                            names = "--insecure-loopback-providers",
                            hidden = true,
                            description = "For tests: providers may be plain http on loopback.")
                    boolean loopbackHttp,
            @Mixin ClusterOptions cluster) {
        return ProviderReports.test(cluster, name, output, loopbackHttp, console(), InstantSource.system());
    }
}

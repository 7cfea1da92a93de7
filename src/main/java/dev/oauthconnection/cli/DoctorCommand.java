package dev.oauthconnection.cli;

import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What is wrong with the installation. */
@Command(
        name = "doctor",
        description = {
            "Checks the installation from here: the CRDs, your rights, the operator, the way to the consent pages and to the providers, "
                    + "clocks, encryption. It changes nothing.",
            "Ends with 3 where something failed."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class DoctorCommand implements Callable<Integer> {
    /** How findings look. */
    enum Output {
        table,
        json,
        yaml
    }

    @Mixin
    private final NamespaceOption namespace = new NamespaceOption();

    @Option(
            names = "--operator-namespace",
            paramLabel = "NAMESPACE",
            description =
                    "Where the operator is. Default: where the one that serves the connections is, or else oauthconnection-system.")
    private @Nullable String operatorNamespace;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Output output = Output.table;

    @Option(
            names = "--insecure-loopback-providers",
            hidden = true,
            description = "For tests: providers may be plain http on loopback.")
    private boolean loopbackHttp;

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        return Checkup.run(
                cluster,
                namespace.namespace(),
                operatorNamespace,
                loopbackHttp,
                output,
                Console.of(Objects.requireNonNull(spec)),
                InstantSource.system());
    }
}

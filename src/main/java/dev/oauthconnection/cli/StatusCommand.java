package dev.oauthconnection.cli;

import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Is anything about to break? */
@Command(
        name = "status",
        description = {
            "Shows how connections are, worst first, and what to do about those that are not well.",
            "Ends with 3 where one needs a person, so that a script can ask."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class StatusCommand implements Callable<Integer> {
    /** How the answer looks. */
    enum Output {
        table,
        wide,
        json,
        yaml,
        name
    }

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "One connection. Default: all of the namespace.")
    private @Nullable String name;

    @Mixin
    private final NamespaceOption namespace = new NamespaceOption();

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "The connections of all namespaces.")
    private boolean allNamespaces;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Output output = Output.table;

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        if (allNamespaces && (name != null || namespace.namespace() != null)) {
            throw ExitStatus.Correct.complaint("--all-namespaces shows all: leave it out, or leave out "
                    + (name == null ? "--namespace" : "NAME"));
        }
        return StatusReport.run(
                cluster,
                new StatusReport.Asked(namespace.namespace(), allNamespaces, name, output),
                Console.of(Objects.requireNonNull(spec)),
                InstantSource.system());
    }
}

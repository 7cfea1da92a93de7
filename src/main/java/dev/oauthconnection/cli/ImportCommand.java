package dev.oauthconnection.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The other side of an export. */
@Command(
        name = "import",
        description = {
            "Gives an exported grant to a connection that has none, waits until it is Ready, and cleans up: the Secret of the grant goes, "
                    + "and the connection's spec is as before. Cut off, it goes on where it was when it is run again.",
            "Delete the file afterwards: it is for one connection. docs/backup-and-move.md tells more."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ImportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "The connection, applied before and without a grant.")
    private String name = "";

    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "FILE",
            description = "What 'export' wrote. - for standard input.")
    private String file = "";

    @Mixin
    private final NamespaceOption namespace = new NamespaceOption();

    @Option(
            names = "--timeout",
            defaultValue = "2m",
            description = "How long to wait, such as 90s or 10m. Default: ${DEFAULT-VALUE}.")
    private String timeout = "2m";

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        GrantImport grantImport = new GrantImport(
                Console.of(Objects.requireNonNull(spec)), Patience.of(timeout), ExportedFile.read(file, System.in));
        return grantImport.run(cluster, namespace.namespace(), name);
    }
}

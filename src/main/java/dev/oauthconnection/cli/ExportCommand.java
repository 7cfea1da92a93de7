package dev.oauthconnection.cli;

import dev.oauthconnection.files.PrivateFiles;
import dev.oauthconnection.operator.GrantExporter;
import dev.oauthconnection.operator.GrantExporter.Result;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Hands a grant out to be used by another connection, with the caller's own rights: for an admin. */
@Command(
        name = "export",
        description = {
            "Hands the grant of a connection out as a Secret that another connection names in spec.existingGrant.",
            "From then on nothing is sent for it from here. docs/backup-and-move.md tells more."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ExportCommand implements Callable<Integer> {
    private static final String STANDARD_OUTPUT = "-";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][-A-Za-z0-9._]{0,62}");

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "The connection.")
    private @Nullable String name;

    @Mixin
    private final NamespaceOption namespace = new NamespaceOption();

    @Option(
            names = "--grant",
            paramLabel = "SECRET",
            description = "Instead of a connection: a grant Secret, such as one whose connection is gone.")
    private @Nullable String grant;

    @Option(
            names = "--operator-namespace",
            description =
                    "Where the grants are. Default: the namespace of the installation that serves the connection, "
                            + "or else oauthconnection-system.")
    private @Nullable String operatorNamespace;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "A file that is not there yet; it will be for you alone (mode 0600). - for standard output.")
    private String output = "";

    @Option(
            names = "--id",
            description =
                    "Names the export. The same one again has the same result, unless it was taken back. Default: a new one.")
    private String id = "";

    @Option(
            names = "--in-doubt",
            description =
                    "Export although nobody knows whether the last refresh spent the refresh token: only where no process of "
                            + "the operator is left that could store its answer.")
    private boolean inDoubt;

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        if (id.isEmpty()) {
            id = UUID.randomUUID().toString();
        }
        check();
        return ClusterSession.within(cluster, namespace.namespace(), this::export);
    }

    private int export(ClusterSession session) {
        GrantExporter exporter = new GrantExporter(
                session.client(),
                operatorNamespace,
                InstantSource.system(),
                System::nanoTime,
                pause -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause.toMillis())));
        Result result = grant == null
                ? exporter.ofConnection(session.namespace(), Objects.requireNonNull(name), id, inDoubt)
                : exporter.inSecret(grant, id, inDoubt);
        switch (result) {
            case Result.Exported exported -> write(exported);
            case Result.Refused(String why) -> throw new Complaint(Main.EXIT_USAGE, why);
            case Result.Again(String why) ->
                throw new Complaint(CommandLine.ExitCode.SOFTWARE, why + "; repeat with --id " + id);
        }
        return CommandLine.ExitCode.OK;
    }

    /** What can be known to be wrong before the grant is touched. */
    private void check() {
        if ((name == null) == (grant == null)) {
            throw new Complaint(Main.EXIT_USAGE, "name either a connection or, with --grant, a grant Secret");
        }
        if (!ID.matcher(id).matches()) {
            throw new Complaint(
                    Main.EXIT_USAGE,
                    "--id takes up to 63 letters, digits, '-', '.' and '_', and begins with a letter or digit");
        }
        if (output.equals(STANDARD_OUTPUT)) {
            return;
        }
        Path file = Path.of(output).toAbsolutePath();
        Path folder = file.getParent();
        if (Files.exists(file) || Files.isSymbolicLink(file)) {
            throw new Complaint(Main.EXIT_USAGE, "--output " + output + " exists: name a file that is not there yet");
        }
        if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new Complaint(
                    Main.EXIT_USAGE, "--output " + output + " cannot be written: name a file in a folder of your own");
        }
    }

    private void write(Result.Exported exported) {
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        if (!written(Serialization.asYaml(exported.secret()), line.getOut())) {
            throw new Complaint(
                    CommandLine.ExitCode.SOFTWARE,
                    exported.whose() + " is exported as " + id + ", and " + output
                            + " cannot be written: repeat with --id " + id + " and another --output");
        }
        PrintWriter err = line.getErr();
        err.println(exported.whose() + " is exported as " + id + ". Nothing is sent for it from here any more.");
        err.println("On the other side: oauthconnection import <connection> --namespace <namespace> --filename "
                + (output.equals(STANDARD_OUTPUT) ? "<file>" : output));
        err.println("or create the Secret by kubectl create, and in the connection's spec:");
        err.println("  existingGrant: {secretRef: {name: "
                + exported.secret().getMetadata().getName() + "}}");
        err.flush();
    }

    private boolean written(String manifest, PrintWriter out) {
        if (output.equals(STANDARD_OUTPUT)) {
            out.print(manifest);
            // Standard output keeps what went wrong to itself.
            return !out.checkError() && !System.out.checkError();
        }
        Path file = Path.of(output).toAbsolutePath();
        Path temporary = file.resolveSibling("." + id + PrivateFiles.TEMPORARY);
        try {
            PrivateFiles.replace(file, manifest.getBytes(StandardCharsets.UTF_8), temporary);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}

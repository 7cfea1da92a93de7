package dev.oauthconnection.cli;

import dev.oauthconnection.api.Names;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which release this is. */
@Command(
        name = "version",
        description = "Prints the version of this command.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class VersionCommand implements Callable<Integer> {
    /** How the answer looks. */
    enum Output {
        text,
        json
    }

    @Option(
            names = {"-o", "--output"},
            defaultValue = "text",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Output output = Output.text;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        String java = String.valueOf(Runtime.version());
        Console.of(Objects.requireNonNull(spec))
                .print(
                        output == Output.text
                                ? "oauthconnection " + Main.version() + "\n"
                                // None of the values has anything to escape, and a JSON library would take longer to
                                // load.
                                : """
                                {"version": "%s", "apiVersion": "%s/%s", "java": "%s"}
                                """.formatted(Main.version(), Names.GROUP, Names.VERSION, java));
        return ExitStatus.Done.code();
    }
}

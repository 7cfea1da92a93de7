package dev.oauthconnection.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What makes the shell complete commands and options. */
@Command(
        name = "completion",
        description = {
            "Prints a script by which the shell completes commands and options:",
            "source <(oauthconnection completion bash)"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class CompletionCommand implements Callable<Integer> {
    /** The shells that picocli writes scripts for; one script serves both. */
    enum Shell {
        bash,
        zsh
    }

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
    private Shell shell = Shell.bash;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        String setup = shell == Shell.zsh ? "autoload -U +X compinit && compinit\n" : "";
        Console.of(Objects.requireNonNull(spec))
                .print(setup + AutoComplete.bash("oauthconnection", Main.commandLine()));
        return ExitStatus.Done.code();
    }
}

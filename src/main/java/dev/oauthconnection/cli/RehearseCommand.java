package dev.oauthconnection.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Loads what the commands of a user load, so that deploy/cli/train can record it. Nothing is printed, and nobody is asked. */
@Command(
        name = "rehearse",
        description = "Loads what commands load, to record a cache of it.",
        mixinStandardHelpOptions = true,
        hidden = true)
final class RehearseCommand implements Callable<Integer> {
    /** Nobody listens there. */
    private static final String KUBECONFIG = """
            apiVersion: v1
            kind: Config
            clusters: [{name: none, cluster: {server: "https://127.0.0.1:1", insecure-skip-tls-verify: true}}]
            users: [{name: none, user: {token: none}}]
            contexts: [{name: none, context: {cluster: none, user: none}}]
            current-context: none
            """;

    @Override
    public Integer call() throws IOException {
        Path kubeconfig = Files.createTempFile("rehearsal", ".yaml");
        try {
            Files.writeString(kubeconfig, KUBECONFIG);
            String cluster = "--kubeconfig=" + kubeconfig;
            for (List<String> words : List.of(
                    List.of("status", cluster),
                    List.of("token", "none", cluster),
                    List.of("provider", "list", cluster))) {
                String[] arguments = words.toArray(String[]::new);
                CommandLine command = Main.commandLine(arguments)
                        .setOut(new PrintWriter(Writer.nullWriter()))
                        .setErr(new PrintWriter(Writer.nullWriter()));
                command.execute(arguments);
            }
            return ExitStatus.Done.code();
        } finally {
            Files.delete(kubeconfig);
        }
    }
}

package dev.oauthconnection.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs kubectl as a user would. */
public record Kubectl(Path program, Path kubeconfig) {

    /** What a run printed (standard output and standard error together) and how it ended. */
    public record Result(int exitCode, String output) {}

    public Result run(String... arguments) {
        return runWithInput("", arguments);
    }

    /** {@code kubectl apply --validate=strict -f -} with the manifest as input. */
    public Result apply(String manifest) {
        return runWithInput(manifest, "apply", "--validate=strict", "-f", "-");
    }

    /** Whether the API server would take the manifest: it is validated and admitted there, and not stored. */
    public Result dryRun(String manifest) {
        return runWithInput(manifest, "apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-");
    }

    /** A script that finds this kubectl on its PATH and the cluster by KUBECONFIG. */
    public Result script(String path, String... arguments) {
        List<String> command = new ArrayList<>(List.of(path));
        command.addAll(List.of(arguments));
        return execute(command, "");
    }

    private Result runWithInput(String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--kubeconfig=" + kubeconfig));
        command.addAll(List.of(arguments));
        return execute(command, input);
    }

    private Result execute(List<String> command, String input) {
        try {
            Path stdin = Files.createTempFile("kubectl", ".yaml");
            try {
                Files.writeString(stdin, input);
                ProcessBuilder builder =
                        new ProcessBuilder(command).redirectErrorStream(true).redirectInput(stdin.toFile());
                builder.environment().put("KUBECONFIG", kubeconfig.toString());
                Path folder = program.toAbsolutePath().getParent();
                builder.environment().merge("PATH", folder.toString(), (path, own) -> own + ":" + path);
                Process process = builder.start();
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return new Result(process.waitFor(), output.strip());
            } finally {
                Files.delete(stdin);
            }
        } catch (IOException e) {
            throw new IllegalStateException("kubectl cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while kubectl ran", e);
        }
    }
}

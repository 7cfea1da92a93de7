package dev.oauthconnection.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs helm as a user would. Where it is missing the test is skipped, or failed if {@code REQUIRE_REAL_PARTS=true}. */
public record Helm(Path program, Path kubeconfig) {
    private static final String HOW_TO_HAVE_IT =
            "No helm here. Have it on the PATH or in GOPATH/bin, or set HELM to it: "
                    + "go install helm.sh/helm/v3/cmd/helm@latest";

    /** The helm of this machine, with this kubeconfig. */
    public static Helm with(Path kubeconfig) {
        Optional<Path> program = places().filter(Files::isExecutable).findFirst();
        RealParts.require(program.isPresent(), HOW_TO_HAVE_IT);
        return new Helm(program.orElseThrow(), kubeconfig);
    }

    private static Stream<Path> places() {
        Stream<Path> named = Stream.ofNullable(System.getenv("HELM")).map(Path::of);
        Stream<Path> onPath = Arrays.stream(
                        Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "helm"));
        Path go = Optional.ofNullable(System.getenv("GOPATH"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), "go"));
        return Stream.of(named, onPath, Stream.of(go.resolve("bin").resolve("helm")))
                .flatMap(each -> each);
    }

    /** What it printed, and how it ended. */
    public Kubectl.Result run(String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--kubeconfig=" + kubeconfig));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Kubectl.Result(process.waitFor(), output.strip());
        } catch (IOException e) {
            throw new IllegalStateException("helm cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while helm ran", e);
        }
    }
}

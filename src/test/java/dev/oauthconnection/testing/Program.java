package dev.oauthconnection.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A program of this machine that tests run. Where it is missing the test is skipped, or failed if {@code REQUIRE_REAL_PARTS=true}.
 *
 * @param name to look for on the PATH
 * @param variable of the environment that names it instead
 * @param howToHaveIt a command
 */
public record Program(String name, String variable, String howToHaveIt) {
    /** What a run printed (standard output and standard error together) and how it ended. */
    public record Result(int exitCode, String output) {}

    public static Program of(String name, String variable, String howToHaveIt) {
        return new Program(name, variable, howToHaveIt);
    }

    /** Runs it in this process's folder. */
    public Result run(String... arguments) {
        return runIn(Path.of(""), arguments);
    }

    public Result runIn(Path folder, String... arguments) {
        Optional<Path> program = find();
        RealParts.require(program.isPresent(), "No " + name + " here: " + howToHaveIt);
        List<String> command = new ArrayList<>(List.of(program.orElseThrow().toString()));
        command.addAll(Arrays.asList(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toAbsolutePath().toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output.strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + name + " ran", e);
        }
    }

    private Optional<Path> find() {
        String named = System.getenv(variable);
        Stream<Path> places = named != null
                ? Stream.of(Path.of(named))
                : Arrays.stream(System.getenv("PATH").split(":")).map(folder -> Path.of(folder, name));
        return places.filter(Files::isExecutable).findFirst();
    }
}

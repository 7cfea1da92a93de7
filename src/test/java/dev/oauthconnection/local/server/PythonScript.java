package dev.oauthconnection.local.server;

import dev.oauthconnection.testing.RealParts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a script of src/test/python with the python3 of this machine. */
public final class PythonScript {
    private PythonScript() {}

    /** How a script ended; the output is standard output and error together. */
    public record Result(int exitCode, String output) {}

    /** Skips the test where python3 or its requests library is absent. */
    public static void requireIt() throws IOException, InterruptedException {
        RealParts.require(
                isThere(), "this test needs python3 with the requests library (Debian: apt install python3-requests)");
    }

    /** Runs a script with these environment variables; at most a minute. */
    public static Result run(String script, Map<String, String> environment) throws IOException, InterruptedException {
        return run(environment, "python3", "src/test/python/" + script);
    }

    /** Runs this text; at most a minute. */
    public static Result runText(String text) throws IOException, InterruptedException {
        return run(Map.of(), "python3", "-c", text);
    }

    private static boolean isThere() throws InterruptedException {
        try {
            return run(Map.of(), "python3", "-c", "import requests").exitCode() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static Result run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("script", ".out");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            // A proxy of the machine must not come between the script and this machine's own servers.
            builder.environment().put("NO_PROXY", "*");
            Process process = builder.start();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("the script did not end within a minute");
            }
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            Files.delete(output);
        }
    }
}

package dev.oauthconnection.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oauthconnection.local.http.Http;
import dev.oauthconnection.local.playground.PlaygroundClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A folder, a port, and the processes that a test starts on them. After each test it ends them, and sees that none of them has written a
 * secret to its output.
 */
final class LocalRig implements BeforeEachCallback, AfterEachCallback {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FIRST_PORT = 5300;
    private static final int LAST_PORT = 5398;
    /** The playground's tokens and codes by their prefixes, plain or in Base64. */
    private static final Pattern PLAYGROUND_SECRET =
            Pattern.compile("pg[acr]_[A-Za-z0-9_-]{8}|cGd[hjy]X[A-Za-z0-9+/]{8}|" + PlaygroundClient.SECRET);

    private final List<LocalProcess> processes = new ArrayList<>();
    private final List<Supplier<Collection<String>>> secrets = new ArrayList<>();
    private Path home = Path.of("");
    private int port;

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        home = Files.createTempDirectory("local");
        port = freePair();
        secrets.clear();
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        for (LocalProcess process : processes) {
            process.kill();
        }
        try {
            processes.forEach(process -> assertTellsNoSecret(process.toString()));
        } finally {
            processes.clear();
            try (Stream<Path> files = Files.walk(home)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
            }
        }
    }

    private void assertTellsNoSecret(String output) {
        assertThat(output).doesNotContainPattern(PLAYGROUND_SECRET);
        for (Supplier<Collection<String>> some : secrets) {
            for (String secret : some.get()) {
                String encoded = Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
                assertThat(output.contains(secret) || output.contains(encoded))
                        .as("a secret in the output")
                        .isFalse();
            }
        }
    }

    /** Looks for these too when the test is over. */
    void keepSecret(Supplier<Collection<String>> some) {
        secrets.add(some);
    }

    /** Starts a process on the folder and the port, and returns at once. */
    LocalProcess launch(String... options) {
        List<String> all = new ArrayList<>(List.of("--folder", folder().toString(), "--port", "" + port));
        all.addAll(List.of(options));
        return launchAs(all);
    }

    /** Starts a process with these options alone. */
    LocalProcess launchAs(List<String> options) {
        try {
            LocalProcess process = LocalProcess.start(home, options);
            processes.add(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a process on the folder and the port; it serves when this returns. */
    LocalProcess start(String... options) {
        LocalProcess process = launch(options);
        awaitServing(process);
        return process;
    }

    void awaitServing(LocalProcess process) {
        await().atMost(LocalProcess.PATIENCE).until(() -> {
            assertThat(process.isAlive())
                    .as("it runs, having said: %s", process)
                    .isTrue();
            return answers();
        });
    }

    private boolean answers() {
        try {
            return Http.to(url("/livez")).get().status() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Where its state lives; does not exist before the first start. */
    Path folder() {
        return home.resolve("state-of-test");
    }

    /** A folder with one manifest. */
    Path manifest(String yaml) throws IOException {
        Path manifests = Files.createDirectories(home.resolve("manifests"));
        Files.writeString(manifests.resolve("manifest.yaml"), yaml);
        return manifests;
    }

    int port() {
        return port;
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    JsonNode json(String path) {
        return read(Http.to(url(path)).get());
    }

    static JsonNode read(Http.Answer answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What /status says of one connection. */
    JsonNode connection(String name) {
        for (JsonNode connection : json("/status").path("connections")) {
            if (connection.path("connection").asText().equals(name)) {
                return connection;
            }
        }
        return JSON.missingNode();
    }

    /** Waits until a connection has a current token. */
    void awaitReady(String connection) {
        await().atMost(LocalProcess.PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> connection(connection).path("ready").asBoolean());
    }

    /** Waits for the token that /token serves. */
    String awaitToken() {
        await().atMost(LocalProcess.PATIENCE)
                .until(() -> Http.to(url("/token")).get().status() == 200);
        return json("/token").path("accessToken").asText();
    }

    /** A port that is free and whose neighbour is too: the playground takes it. */
    static int freePair() {
        for (int candidate = FIRST_PORT; candidate < LAST_PORT; candidate++) {
            if (isFree(candidate) && isFree(candidate + 1)) {
                return candidate;
            }
        }
        throw new AssertionError("no two ports beside each other are free from " + FIRST_PORT + " on");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}

package dev.oauthconnection.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real Keycloak on loopback, one for all tests of a JVM, with its state in memory. Register it as a static field:
 *
 * <pre>{@code @RegisterExtension static final Keycloak keycloak = new Keycloak();}</pre>
 *
 * It runs from the folder that {@code KEYCLOAK_HOME} names, the unpacked distribution. Where that is not set the tests are skipped, or
 * failed if {@code REQUIRE_REAL_PARTS=true}.
 */
public final class Keycloak implements BeforeAllCallback {
    private static final String HOW_TO_HAVE_IT = "No Keycloak here. Set KEYCLOAK_HOME to an unpacked distribution "
            + "(org.keycloak:keycloak-quarkus-dist, a zip on Maven Central): export KEYCLOAK_HOME=$(.ci/keycloak)";
    /** The first start builds Keycloak in its folder, which takes a minute on a slow machine. */
    private static final Duration START = Duration.ofMinutes(5);

    private static final String ADMIN = "admin";
    private static @Nullable Running running;

    private record Running(Process process, URI base, String password) {
        KeycloakRealm newRealm(URI redirectUri, URI issuers) {
            return KeycloakRealm.create(new KeycloakAdmin(base, ADMIN, password), issuers, redirectUri);
        }
    }

    /** A Keycloak of a test's own that others on the network reach, by TLS alone. Closing it ends it. */
    public record OnNetwork(Process process, URI base, String password, int tlsPort) implements AutoCloseable {
        /**
         * Starts it, with the certificate of an authority that no system knows.
         *
         * @param entrance where clients reach it, as its issuers say: it may be a proxy's port before its own
         */
        public static OnNetwork start(String address, Authority authority, URI entrance) {
            RealParts.require(script().isPresent(), HOW_TO_HAVE_IT);
            Authority.ServerIdentity identity = authority.identity(address);
            int tlsPort = Ports.free();
            Running started = Keycloak.start(
                    script().orElseThrow(),
                    address,
                    List.of(
                            "--https-port=" + tlsPort,
                            "--https-certificate-file=" + file("tls.crt", identity.certificate()),
                            "--https-certificate-key-file=" + file("tls.key", identity.key()),
                            "--hostname=" + entrance));
            return new OnNetwork(started.process(), started.base(), started.password(), tlsPort);
        }

        public KeycloakRealm newRealm(URI redirectUri, URI issuers) {
            return new Running(process, base, password).newRealm(redirectUri, issuers);
        }

        @Override
        public void close() {
            end(process);
        }

        private static Path file(String name, String content) {
            try {
                Path file = Files.createTempDirectory("keycloak").resolve(name);
                return Files.writeString(file, content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        RealParts.require(script().isPresent(), HOW_TO_HAVE_IT);
        running();
    }

    /** A new realm as a team would have it there: see {@link KeycloakRealm}. */
    public KeycloakRealm newRealm(URI redirectUri) {
        return running().newRealm(redirectUri, running().base());
    }

    private static synchronized Running running() {
        if (running == null) {
            running = start(script().orElseThrow(), "127.0.0.1", List.of());
        }
        return running;
    }

    private static Running start(Path script, String address, List<String> options) {
        int port = Ports.free();
        String password = UUID.randomUUID().toString();
        try {
            Path log = Files.createTempFile("keycloak", ".log");
            log.toFile().deleteOnExit();
            List<String> command = new ArrayList<>(List.of(
                    "sh",
                    script.toString(),
                    "start-dev",
                    "--db=dev-mem",
                    "--cache=local",
                    "--http-host=" + address,
                    "--http-port=" + port,
                    "--log-level=warn"));
            command.addAll(options);
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN);
            builder.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", password);
            builder.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m");
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process)));
            URI base = URI.create("http://" + address + ":" + port);
            awaitAnswer(process, base, log);
            return new Running(process, base, password);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitAnswer(Process process, URI base, Path log) {
        HttpRequest request =
                HttpRequest.newBuilder(base.resolve("/realms/master")).build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            await("Keycloak's start, see " + log)
                    .atMost(START)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .failFast("Keycloak has ended: " + log, () -> !process.isAlive())
                    .until(() -> http.send(request, HttpResponse.BodyHandlers.discarding())
                                    .statusCode()
                            == 200);
        }
    }

    /** The script waits for its Java, which does not end with it. */
    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static Optional<Path> script() {
        return Optional.ofNullable(System.getenv("KEYCLOAK_HOME"))
                .map(home -> Path.of(home, "bin", "kc.sh"))
                .filter(Files::isReadable);
    }
}

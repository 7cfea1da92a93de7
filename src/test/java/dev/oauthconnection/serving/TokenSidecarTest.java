package dev.oauthconnection.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSidecarTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    @TempDir
    Path mount;

    private TokenSidecar sidecar;
    private int versions;

    @BeforeEach
    void start() throws IOException {
        sidecar = TokenSidecar.start(0, new TokenFolder(mount), InstantSource.fixed(NOW));
    }

    @AfterEach
    void stop() {
        sidecar.close();
    }

    /** As the kubelet does: a folder for each version, a link to it that is exchanged at once, and a link for each key. */
    private void publish(Map<String, String> values) throws IOException {
        Path version = Files.createDirectory(mount.resolve("..version-" + ++versions));
        for (Map.Entry<String, String> value : values.entrySet()) {
            Files.writeString(version.resolve(value.getKey()), value.getValue());
        }
        Path fresh = Files.createSymbolicLink(mount.resolve("..data_tmp"), version.getFileName());
        Files.move(fresh, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Map<String, String> token(String accessToken) {
        return new LinkedHashMap<>(Map.of(
                "access_token", accessToken,
                "token_type", "Bearer",
                "expires_at", "2026-03-01T10:30:00Z",
                "scope", "openid invoices.read"));
    }

    private record Answer(int status, String headers, String body) {
        JsonNode json() {
            try {
                return new ObjectMapper().readTree(body);
            } catch (IOException e) {
                throw new AssertionError(body, e);
            }
        }
    }

    private Answer ask(String method, String path, String host) throws IOException {
        return ask(InetAddress.getByName("127.0.0.1"), sidecar.port(), method, path, host);
    }

    private static Answer ask(InetAddress address, int port, String method, String path, String host)
            throws IOException {
        try (Socket socket = new Socket(address, port)) {
            String request = method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = answer.indexOf("\r\n\r\n");
            return new Answer(
                    Integer.parseInt(answer.substring(9, 12)), answer.substring(0, end), answer.substring(end + 4));
        }
    }

    private Answer token() throws IOException {
        return ask("GET", "/token", "127.0.0.1:" + sidecar.port());
    }

    @Test
    void the_token_is_answered_as_local_mode_does() throws IOException {
        publish(token("at-1"));
        Answer answer = token();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().toString())
                .isEqualTo("{\"accessToken\":\"at-1\",\"tokenType\":\"Bearer\",\"expiresAt\":\"2026-03-01T10:30:00Z\","
                        + "\"expiresIn\":1800,\"scopes\":[\"openid\",\"invoices.read\"]}");
        assertThat(answer.headers())
                .containsIgnoringCase("content-type: application/json")
                .containsIgnoringCase("cache-control: no-store")
                .doesNotContainIgnoringCase("access-control");
    }

    @Test
    void a_new_version_is_served_at_once() throws IOException {
        publish(token("at-1"));
        token();
        publish(token("at-2"));
        assertThat(token().json().path("accessToken").asText()).isEqualTo("at-2");
    }

    @Test
    void what_is_answered_is_of_one_version() throws Exception {
        publish(versioned(0));
        Thread kubelet = Thread.ofVirtual().start(() -> {
            try {
                for (int version = 1; version <= 300; version++) {
                    publish(versioned(version));
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        do {
            JsonNode json = token().json();
            assertThat(json.path("accessToken").asText())
                    .isEqualTo("at-" + json.path("scopes").path(0).asText());
        } while (kubelet.isAlive());
        kubelet.join();
    }

    private static Map<String, String> versioned(int version) {
        Map<String, String> values = token("at-" + version);
        values.put("scope", String.valueOf(version));
        return values;
    }

    @Test
    void a_folder_without_the_link_is_read_as_it_is() throws IOException {
        for (Map.Entry<String, String> value : token("at-1").entrySet()) {
            Files.writeString(mount.resolve(value.getKey()), value.getValue() + "\n");
        }
        assertThat(token().json().path("accessToken").asText()).isEqualTo("at-1");
    }

    @Test
    void without_a_token_it_says_where_to_look() throws IOException {
        Answer answer = token();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().path("error").asText()).isEqualTo("no_token");
        assertThat(answer.json().path("message").asText()).contains(mount.toString(), "Ready condition");
    }

    @Test
    void an_expired_token_is_not_served() throws IOException {
        Map<String, String> values = token("at-1");
        values.put("expires_at", "2026-03-01T10:00:00Z");
        publish(values);
        Answer answer = token();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().path("error").asText()).isEqualTo("token_expired");
        assertThat(answer.body()).doesNotContain("at-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon"})
    void a_secret_that_does_not_say_when_its_token_expires_is_explained(String expiresAt) throws IOException {
        Map<String, String> values = token("at-1");
        if (expiresAt.isEmpty()) {
            values.remove("expires_at");
        } else {
            values.put("expires_at", expiresAt);
        }
        publish(values);
        assertThat(token().status()).isEqualTo(503);
        assertThat(token().json().path("message").asText()).contains("spec.secret.template");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "127.0.0.1", "10.0.0.7:5001"})
    void a_request_for_another_host_is_refused(String host) throws IOException {
        publish(token("at-1"));
        Answer answer = ask("GET", "/token", host);
        assertThat(answer.status()).isEqualTo(421);
        assertThat(answer.body()).doesNotContain("at-1");
    }

    @Test
    void localhost_is_a_name_of_it() throws IOException {
        publish(token("at-1"));
        assertThat(ask("GET", "/token", "localhost:" + sidecar.port()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "OPTIONS"})
    void it_is_asked_with_get_alone(String method) throws IOException {
        publish(token("at-1"));
        Answer answer = ask(method, "/token", "localhost:" + sidecar.port());
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.body()).doesNotContain("at-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/token/", "/token2", "/tokens/../token"})
    void there_is_nothing_else(String path) throws IOException {
        publish(token("at-1"));
        assertThat(ask("GET", path, "localhost:" + sidecar.port()).status()).isEqualTo(404);
    }

    @Test
    void it_lives_without_a_token() throws IOException {
        assertThat(ask("GET", "/livez", "localhost:" + sidecar.port()).body()).isEqualTo("ok");
    }

    @ParameterizedTest
    @CsvSource({"/token, 405", "/livez, 200", "/other, 404"})
    void a_head_is_answered_without_a_body_and_without_a_warning(String path, int status) throws IOException {
        List<LogRecord> warnings = new CopyOnWriteArrayList<>();
        Handler handler = new Warnings(warnings);
        Logger server = Logger.getLogger("com.sun.net.httpserver");
        server.addHandler(handler);
        try {
            publish(token("at-1"));
            Answer answer = ask("HEAD", path, "localhost:" + sidecar.port());
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.body()).isEmpty();
            assertThat(answer.headers()).containsIgnoringCase("cache-control: no-store");
        } finally {
            server.removeHandler(handler);
        }
        assertThat(warnings).extracting(LogRecord::getMessage).isEmpty();
    }

    private static final class Warnings extends Handler {
        private final List<LogRecord> warnings;

        Warnings(List<LogRecord> warnings) {
            this.warnings = warnings;
            setLevel(Level.WARNING);
        }

        @Override
        public void publish(LogRecord entry) {
            if (isLoggable(entry)) {
                warnings.add(entry);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void a_port_that_is_taken_is_a_failure() {
        assertThatThrownBy(() -> TokenSidecar.start(sidecar.port(), new TokenFolder(mount), InstantSource.fixed(NOW)))
                .isInstanceOf(BindException.class);
    }

    @Test
    void only_loopback_is_served() throws IOException {
        Optional<InetAddress> other = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst();
        if (other.isPresent()) {
            assertThatThrownBy(() -> ask(other.get(), sidecar.port(), "GET", "/livez", "localhost"))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void the_port_for_probes_has_livez_and_no_token() throws IOException {
        publish(token("at-1"));
        HttpServer livez = TokenSidecar.startLivez(0);
        try {
            InetSocketAddress address = livez.getAddress();
            InetAddress loopback = InetAddress.getByName("127.0.0.1");
            assertThat(ask(loopback, address.getPort(), "GET", "/livez", "10.0.0.7")
                            .status())
                    .isEqualTo(200);
            assertThat(ask(loopback, address.getPort(), "GET", "/token", "localhost")
                            .status())
                    .isEqualTo(404);
        } finally {
            livez.stop(0);
        }
    }
}

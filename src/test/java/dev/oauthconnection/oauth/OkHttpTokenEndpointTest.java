package dev.oauthconnection.oauth;

import static dev.oauthconnection.oauth.ScriptedServer.answering;
import static dev.oauthconnection.oauth.ScriptedServer.http;
import static dev.oauthconnection.oauth.TokenRequestsForTests.aRefresh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oauthconnection.network.Networks;
import dev.oauthconnection.oauth.TokenOutcome.Ambiguous;
import dev.oauthconnection.oauth.TokenOutcome.Granted;
import dev.oauthconnection.oauth.TokenOutcome.Rejected;
import dev.oauthconnection.oauth.TokenOutcome.Unavailable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What leaves the process, and how it is judged: one POST at most, and in doubt never the wrong certainty. */
class OkHttpTokenEndpointTest {
    private static final String TOKEN = "{\"access_token\":\"at\",\"token_type\":\"Bearer\",\"expires_in\":1800}";
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));

    private final TokenEndpoint endpoint = endpointWithin(Duration.ofSeconds(5));

    private static TokenEndpoint endpointWithin(Duration callTimeout) {
        return new OkHttpTokenEndpoint(Networks.open(), callTimeout, CLOCK);
    }

    private TokenOutcome send(ScriptedServer server) {
        return endpoint.send(aRefresh().to(server.uri("/token")).build(), () -> true);
    }

    @Test
    void a_whole_answer_with_a_token_is_granted() throws IOException {
        try (ScriptedServer server = answering(http(200, "", TOKEN))) {
            assertThat(send(server)).isInstanceOf(Granted.class);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 407, 408, 421, 425, 429, 500, 502, 503, 504})
    void no_status_makes_it_post_again(int status) throws IOException {
        try (ScriptedServer server = answering(
                http(status, "Retry-After: 0\r\nWWW-Authenticate: Basic\r\nProxy-Authenticate: Basic\r\n", ""))) {
            TokenOutcome outcome = send(server);
            assertThat(server.requests()).hasSize(1);
            if (status == 429 || status == 503) {
                assertThat(outcome).isInstanceOf(Unavailable.class);
            } else {
                assertThat(outcome).isInstanceOf(Ambiguous.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void a_redirect_from_the_token_endpoint_is_not_followed(int status) throws IOException {
        try (ScriptedServer other = answering(http(200, "", TOKEN));
                ScriptedServer server = answering(http(status, "Location: " + other.uri("/token") + "\r\n", "moved"))) {
            assertThat(send(server))
                    .isEqualTo(new Ambiguous(
                            "the token endpoint answered " + status + " with a redirect, which is not followed"));
            assertThat(server.requests()).hasSize(1);
            assertThat(other.connections()).isZero();
        }
    }

    @Test
    void a_connection_cut_after_the_request_is_ambiguous() throws IOException {
        try (ScriptedServer server = answering("")) {
            assertThat(send(server)).isInstanceOf(Ambiguous.class);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void a_connection_cut_before_the_request_is_read_is_not_opened_again() throws IOException {
        AtomicInteger connections = new AtomicInteger();
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                while (!listener.isClosed()) {
                    try (var socket = listener.accept()) {
                        connections.incrementAndGet();
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            URI uri = URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/token");
            assertThat(endpoint.send(aRefresh().to(uri).build(), () -> true)).isInstanceOf(Ambiguous.class);
        }
        assertThat(connections).hasValue(1);
    }

    @Test
    void an_answer_cut_in_the_middle_is_ambiguous() throws IOException {
        String whole = http(200, "", TOKEN);
        try (ScriptedServer server = answering(whole.substring(0, whole.length() - 1))) {
            assertThat(send(server)).isInstanceOf(Ambiguous.class);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void an_answer_cut_in_its_headers_is_ambiguous() throws IOException {
        try (ScriptedServer server = answering("HTTP/1.1 400 Bad")) {
            assertThat(send(server)).isInstanceOf(Ambiguous.class);
        }
    }

    @Test
    void what_is_not_http_is_ambiguous() throws IOException {
        try (ScriptedServer server = answering("220 mail.example ESMTP\r\n")) {
            assertThat(send(server)).isInstanceOf(Ambiguous.class);
        }
    }

    @Test
    void a_server_that_never_answers_is_ambiguous_when_the_time_is_up() throws IOException {
        try (ScriptedServer server = ScriptedServer.silent()) {
            TokenOutcome outcome = endpointWithin(Duration.ofSeconds(2))
                    .send(aRefresh().to(server.uri("/token")).build(), () -> true);
            assertThat(outcome).isEqualTo(new Ambiguous("no whole answer of 127.0.0.1 within 2000 ms"));
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void a_body_that_drips_is_ambiguous_when_the_time_is_up() throws IOException {
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write(' ');
                out.flush();
                Thread.sleep(Duration.ofMillis(20));
            }
        })) {
            TokenOutcome outcome = endpointWithin(Duration.ofSeconds(2))
                    .send(aRefresh().to(server.uri("/token")).build(), () -> true);
            assertThat(outcome).isInstanceOf(Ambiguous.class);
        }
    }

    @Test
    void a_huge_body_is_not_read_to_its_end() throws IOException {
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] block = " ".repeat(8192).getBytes(StandardCharsets.US_ASCII);
            while (true) {
                out.write(block);
            }
        })) {
            assertThat(send(server)).isEqualTo(new Ambiguous("the answer of 127.0.0.1 is larger than 1 MiB"));
        }
    }

    @Test
    void a_refused_connection_sent_nothing() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThat(endpoint.send(
                        aRefresh()
                                .to(URI.create("http://127.0.0.1:" + port + "/"))
                                .build(),
                        () -> true))
                .isEqualTo(new Unavailable("no connection to 127.0.0.1", null));
    }

    @Test
    void a_host_without_an_address_got_nothing() {
        assertThat(endpoint.send(
                        aRefresh()
                                .to(URI.create("https://no-such-host.invalid/token"))
                                .build(),
                        () -> true))
                .isEqualTo(new Unavailable("the host no-such-host.invalid cannot be resolved", null));
    }

    @Test
    void a_failed_tls_handshake_sent_nothing_of_the_request() throws IOException {
        try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (var socket = plain.accept()) {
                    socket.getInputStream().read();
                    socket.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    // The client hung up first.
                }
            });
            URI uri = URI.create("https://127.0.0.1:" + plain.getLocalPort() + "/token");
            AtomicInteger asked = new AtomicInteger();
            TokenOutcome outcome = endpoint.send(aRefresh().to(uri).build(), () -> asked.incrementAndGet() > 0);
            assertThat(outcome).isInstanceOf(Unavailable.class);
            assertThat(asked).hasValue(0);
        }
    }

    @Test
    void nothing_is_sent_when_it_is_too_late_once_the_connection_is_up() throws IOException {
        try (ScriptedServer server = answering(http(200, "", TOKEN))) {
            AtomicInteger connectionsWhenAsked = new AtomicInteger();
            TokenOutcome outcome =
                    endpoint.send(aRefresh().to(server.uri("/token")).build(), () -> {
                        await().until(() -> server.connections() == 1);
                        connectionsWhenAsked.set(server.connections());
                        return false;
                    });
            assertThat(outcome).isInstanceOf(Unavailable.class);
            assertThat(connectionsWhenAsked).hasValue(1);
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void a_connection_that_died_after_the_first_request_does_not_meet_the_second() throws IOException {
        AtomicInteger count = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
            out.write(http(200, "Connection: keep-alive\r\n", TOKEN).getBytes(StandardCharsets.US_ASCII));
            // Says keep-alive and closes: the client's pool would hold a dead connection.
            return count.incrementAndGet() > 1;
        })) {
            assertThat(send(server)).isInstanceOf(Granted.class);
            assertThat(send(server)).isInstanceOf(Granted.class);
            assertThat(server.requests()).hasSize(2);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"120", "Sun, 01 Mar 2026 12:02:00 GMT"})
    void retry_after_is_read_as_seconds_and_as_a_date(String header) throws IOException {
        try (ScriptedServer server = answering(http(503, "Retry-After: " + header + "\r\n", ""))) {
            assertThat(send(server))
                    .isEqualTo(
                            new Unavailable("the token endpoint answered 503: not processed", Duration.ofSeconds(120)));
        }
    }

    @Test
    void the_providers_entry_says_which_statuses_mean_not_processed() throws IOException {
        try (ScriptedServer server = answering(http(503, "", ""))) {
            TokenRequest request = aRefresh()
                    .to(server.uri("/token"))
                    .notProcessedBy(Set.of(420))
                    .build();
            assertThat(endpoint.send(request, () -> true)).isInstanceOf(Ambiguous.class);
        }
    }

    @Test
    void no_text_of_an_outcome_repeats_what_was_sent() throws IOException {
        String echo = "{\"error\":\"invalid_grant\",\"error_description\":\"bad\\u0000 token "
                + TokenRequestsForTests.REFRESH_TOKEN + " of " + TokenRequestsForTests.SECRET + "\"}";
        try (ScriptedServer server = answering(http(400, "", echo))) {
            assertThat(send(server))
                    .isEqualTo(new Rejected(400, "invalid_grant", "bad token [redacted] of [redacted]"));
        }
    }
}

package dev.oauthconnection.local.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest extends OnEmbeddedApi {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/version",
                "/api",
                "/apis",
                "/api/v1/secrets",
                "/api/v1/secrets?watch=true",
                "/api/v1/namespaces/default/secrets/a",
                "/no/such/path",
                "//api/v1/secrets",
                "/api/v1/%73ecrets",
                "/api/../api/v1/secrets"
            })
    void without_the_token_every_path_is_401_and_nothing_else(String path) throws Exception {
        client.resource(secret("a").addToData("k", "dg==").build()).create();

        for (String method : new String[] {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
            String answer = raw(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertThat(answer).matches("(?s)HTTP/1\\.1 (401|400) .*").doesNotContain("dg==", "Secret", "kind");
        }
    }

    @Test
    void a_websocket_upgrade_without_the_token_is_401() throws Exception {
        String answer = raw("GET /api/v1/secrets?watch=true HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade, close\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 401");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "Bearer x", "Basic Og==", ""})
    void a_wrong_token_is_401_without_a_body(String authorization) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + "/api/v1/secrets"))
                            .header("Authorization", authorization)
                            .build(),
                    BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body()).isEmpty();
        }
    }

    @Test
    void the_token_has_256_bits_and_is_new_at_each_start() {
        String before = api.token();
        restart();

        assertThat(before).hasSize(43);
        assertThat(api.token()).isNotEqualTo(before);
    }

    @Test
    void it_listens_on_no_address_but_the_loopback() throws Exception {
        Optional<InetAddress> other = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .findFirst();
        Assumptions.assumeTrue(other.isPresent(), "this machine has no address but the loopback");

        assertThatThrownBy(() -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(new InetSocketAddress(other.get(), api.port()), 2000);
                    }
                })
                .isInstanceOf(ConnectException.class);
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", api.port())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

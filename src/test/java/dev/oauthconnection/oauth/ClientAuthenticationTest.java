package dev.oauthconnection.oauth;

import static dev.oauthconnection.oauth.ScriptedServer.answering;
import static dev.oauthconnection.oauth.ScriptedServer.http;
import static dev.oauthconnection.oauth.TokenRequestsForTests.aRefresh;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.network.Networks;
import dev.oauthconnection.oauth.TokenOutcome.Unsendable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How a client says who it is (RFC 6749, section 2.3.1), byte by byte. */
class ClientAuthenticationTest {
    private static final String TOKEN = "{\"access_token\":\"at\"}";

    private final TokenEndpoint endpoint =
            new OkHttpTokenEndpoint(Networks.open(), Duration.ofSeconds(5), InstantSource.system());

    @Test
    void basic_encodes_id_and_secret_before_they_are_joined() throws IOException {
        try (ScriptedServer server = answering(http(200, "", TOKEN))) {
            endpoint.send(
                    aRefresh()
                            .to(server.uri("/token"))
                            .by(new Client("a:b c", "p%/+ü"), ClientAuthentication.Basic)
                            .build(),
                    () -> true);
            String credentials =
                    Base64.getEncoder().encodeToString("a%3Ab+c:p%25%2F%2B%C3%BC".getBytes(StandardCharsets.US_ASCII));
            assertThat(server.requests().getFirst())
                    .contains("Authorization: Basic " + credentials + "\r\n")
                    .contains("Accept: application/json\r\n")
                    .contains("Content-Type: application/x-www-form-urlencoded\r\n")
                    .endsWith("grant_type=refresh_token&refresh_token=" + TokenRequestsForTests.REFRESH_TOKEN);
        }
    }

    @Test
    void post_puts_id_and_secret_into_the_form() throws IOException {
        try (ScriptedServer server = answering(http(200, "", TOKEN))) {
            endpoint.send(
                    aRefresh()
                            .to(server.uri("/token"))
                            .by(new Client("app", "a&b=c"), ClientAuthentication.Post)
                            .build(),
                    () -> true);
            assertThat(server.requests().getFirst())
                    .doesNotContain("Authorization")
                    .endsWith("&client_id=app&client_secret=a%26b%3Dc");
        }
    }

    @Test
    void a_public_client_sends_its_id_alone() throws IOException {
        try (ScriptedServer server = answering(http(200, "", TOKEN))) {
            endpoint.send(
                    aRefresh()
                            .to(server.uri("/token"))
                            .by(new Client("app", null), ClientAuthentication.None)
                            .build(),
                    () -> true);
            assertThat(server.requests().getFirst())
                    .doesNotContain("Authorization")
                    .doesNotContain("client_secret")
                    .endsWith("&client_id=app");
        }
    }

    @Test
    void basic_without_a_secret_sends_nothing_and_says_why() throws IOException {
        try (ScriptedServer server = answering(http(200, "", TOKEN))) {
            TokenOutcome outcome = endpoint.send(
                    aRefresh()
                            .to(server.uri("/token"))
                            .by(new Client("app", null), ClientAuthentication.Basic)
                            .build(),
                    () -> true);
            assertThat(outcome)
                    .isEqualTo(
                            new Unsendable(
                                    "the request cannot be written: the client has no secret, and the client authentication is Basic"));
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void a_header_that_cannot_be_written_sends_nothing() {
        TokenRequest request =
                aRefresh().withHeaders(Map.of("X-Key", "two\nlines")).build();
        assertThat(endpoint.send(request, () -> true)).isInstanceOf(Unsendable.class);
    }
}

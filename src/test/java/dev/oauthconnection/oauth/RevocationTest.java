package dev.oauthconnection.oauth;

import static dev.oauthconnection.oauth.ScriptedServer.answering;
import static dev.oauthconnection.oauth.ScriptedServer.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.network.Networks;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.oauth.Revocation.Outcome;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RevocationTest {
    private final Revocation revocation = new Revocation(new BoundedHttp(Networks.open(), Duration.ofSeconds(5)));

    private Outcome revoke(ScriptedServer server) {
        return revocation.revoke(
                server.uri("/revoke"),
                Trust.SYSTEM,
                new Client("app", "s3cr3t"),
                ClientAuthentication.Post,
                "rt-1234567890",
                Revocation.TokenType.refresh_token);
    }

    @Test
    void a_200_confirms_it() throws IOException {
        try (ScriptedServer server = answering(http(200, "", ""))) {
            assertThat(revoke(server)).isEqualTo(new Outcome.Confirmed());
            assertThat(server.requests().getFirst())
                    .startsWith("POST /revoke ")
                    .endsWith("token=rt-1234567890&token_type_hint=refresh_token&client_id=app&client_secret=s3cr3t");
        }
    }

    @Test
    void a_token_that_the_provider_says_is_invalid_is_revoked() throws IOException {
        try (ScriptedServer server = answering(http(400, "", "{\"error\":\"invalid_token\"}"))) {
            assertThat(revoke(server)).isEqualTo(new Outcome.Confirmed());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 503})
    void a_server_in_trouble_confirms_nothing(int status) throws IOException {
        try (ScriptedServer server = answering(http(status, "Retry-After: 0\r\n", "<html>"))) {
            assertThat(revoke(server)).isEqualTo(new Outcome.Failed("the revocation endpoint answered " + status));
        }
    }

    @Test
    void a_cut_connection_confirms_nothing() throws IOException {
        try (ScriptedServer server = answering("")) {
            assertThat(revoke(server)).isInstanceOf(Outcome.Failed.class);
        }
    }

    @Test
    void a_refused_client_is_told_and_its_secret_not_repeated() throws IOException {
        try (ScriptedServer server = answering(http(401, "", "{\"error\":\"invalid_client s3cr3t\"}"))) {
            assertThat(revoke(server))
                    .isEqualTo(new Outcome.Failed("the revocation endpoint answered 401: invalid_client [redacted]"));
        }
    }

    @Test
    void a_redirect_is_not_followed() throws IOException {
        try (ScriptedServer server = answering(http(307, "Location: /elsewhere\r\n", ""))) {
            assertThat(revoke(server)).isInstanceOf(Outcome.Failed.class);
            assertThat(server.requests()).hasSize(1);
        }
    }
}

package dev.oauthconnection.oauth;

import static dev.oauthconnection.oauth.ScriptedServer.answering;
import static dev.oauthconnection.oauth.ScriptedServer.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.network.Networks;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.oauth.AccountsEndpoint.Result;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountsEndpointTest {
    private final AccountsEndpoint accounts =
            new AccountsEndpoint(new BoundedHttp(Networks.open(), Duration.ofSeconds(5)));

    @Test
    void the_array_is_handed_on_as_it_came() throws IOException {
        String json = "[ {\"tenantId\": \"t1\", \"other\": 1.50} ]";
        try (ScriptedServer server = answering(http(200, "", json))) {
            assertThat(accounts.list(server.uri("/connections"), Trust.SYSTEM, "at"))
                    .isEqualTo(new Result.Listed(json));
            assertThat(server.requests().getFirst()).contains("Authorization: Bearer at\r\n");
        }
    }

    @Test
    void a_refused_token_is_said() throws IOException {
        try (ScriptedServer server = answering(http(401, "", "[]"))) {
            assertThat(accounts.list(server.uri("/connections"), Trust.SYSTEM, "at"))
                    .isEqualTo(new Result.Failed(
                            401, "the provider refused the access token for its list of accounts (401)"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "<html>", "[{"})
    void what_is_no_array_is_a_failure(String body) throws IOException {
        try (ScriptedServer server = answering(http(200, "", body))) {
            assertThat(accounts.list(server.uri("/connections"), Trust.SYSTEM, "at"))
                    .isInstanceOf(Result.Failed.class);
        }
    }

    @Test
    void a_token_that_cannot_be_a_header_is_not_shown() {
        Result result = accounts.list(java.net.URI.create("http://127.0.0.1:1/"), Trust.SYSTEM, "secret\ntoken");
        assertThat(result.toString()).contains("malformed").doesNotContain("secret");
    }
}

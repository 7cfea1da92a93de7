package dev.oauthconnection.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.network.AddressRules;
import dev.oauthconnection.network.ProviderNetwork;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.oauth.Reachability.Result.Reached;
import dev.oauthconnection.oauth.Reachability.Result.Unreached;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether somebody answers, and what time it is there. */
class ReachabilityTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.400Z");

    private static Reachability.Result ask(URI uri) {
        return new Reachability(
                        new ProviderNetwork(new OkHttpClient(), AddressRules.ANYWHERE),
                        Duration.ofSeconds(5),
                        () -> NOW)
                .ask(uri, Trust.SYSTEM);
    }

    private static Reachability.Result answered(int status, String headers) throws IOException {
        try (ScriptedServer server = ScriptedServer.answering(ScriptedServer.http(status, headers, ""))) {
            return ask(server.uri("/token"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sun, 01 Mar 2026 12:00:00 GMT | PT0S",
                "Sun, 01 Mar 2026 12:05:00 GMT | PT4M59S",
                "Sun, 01 Mar 2026 11:55:00 GMT | PT-4M-59S",
                "Sun, 01 Mar 2026 11:59:59 GMT | PT0S"
            })
    void the_clock_there_is_compared_with_ours(String date, Duration ahead) throws IOException {
        assertThat(answered(405, "Date: " + date + "\r\n")).isEqualTo(new Reached(405, ahead));
    }

    @Test
    void an_answer_without_a_date_says_nothing_of_the_clock() throws IOException {
        assertThat(answered(200, "")).isEqualTo(new Reached(200, null));
    }

    @Test
    void a_redirect_is_an_answer_and_is_not_followed() throws IOException {
        assertThat(answered(302, "Location: http://127.0.0.1:1/\r\n")).isEqualTo(new Reached(302, null));
    }

    @Test
    void nothing_is_sent_that_says_who_asks() throws IOException {
        try (ScriptedServer server = ScriptedServer.answering(ScriptedServer.http(405, "", ""))) {
            ask(server.uri("/token"));
            assertThat(server.requests())
                    .singleElement()
                    .asString()
                    .startsWith("GET /token HTTP/1.1")
                    .doesNotContainIgnoringCase("authorization", "cookie", "client");
        }
    }

    @Test
    void who_cannot_be_reached_is_named() {
        assertThat(ask(URI.create("http://127.0.0.1:1/token"))).isEqualTo(new Unreached("no connection to 127.0.0.1"));
    }
}

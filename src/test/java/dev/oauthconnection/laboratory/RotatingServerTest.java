package dev.oauthconnection.laboratory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The laboratory's own authorization server does what real ones do with refresh tokens, and its gate writes down what passes. */
class RotatingServerTest {
    private static String redeem(Gate gate, String token) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(gate.uri("/token"))
                                    .POST(HttpRequest.BodyPublishers.ofString(
                                            "grant_type=refresh_token&refresh_token=" + token))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static Gate gate(RotatingServer server) {
        return new Gate(URI.create("http://127.0.0.1:" + server.port()), new Processes());
    }

    @ParameterizedTest
    @CsvSource({"Strict, false, false", "Grace, true, true", "Kept, true, true"})
    void a_spent_token_ends_the_grant_or_is_forgiven_or_is_not_spent(
            RotatingServer.Mode mode, boolean forgiven, boolean alive) throws Exception {
        try (RotatingServer server = new RotatingServer(mode, Duration.ofSeconds(60), Duration.ZERO);
                Gate gate = gate(server)) {
            String first = server.consent("books");
            redeem(gate, first);
            assertThat(redeem(gate, first).contains("access_token")).isEqualTo(forgiven);
            assertThat(server.works(server.current("books"))).isEqualTo(alive);
        }
    }

    @Test
    void the_gate_tells_an_answer_that_was_given_from_one_that_was_cut_off() throws Exception {
        try (RotatingServer server =
                        new RotatingServer(RotatingServer.Mode.Strict, Duration.ofSeconds(60), Duration.ZERO);
                Gate gate = gate(server)) {
            String first = server.consent("books");
            String second = Form.json(redeem(gate, first), "refresh_token");
            gate.faults(used -> Gate.Fault.CutBeforeAnswer);
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> redeem(gate, second)))
                    .isInstanceOf(IOException.class);
            assertThat(gate.exchanges())
                    .extracting(Gate.Exchange::used, Gate.Exchange::issued, Gate.Exchange::isRelayed)
                    .startsWith(
                            org.assertj.core.groups.Tuple.tuple(TokenName.of(first), TokenName.of(second), true),
                            org.assertj.core.groups.Tuple.tuple(TokenName.of(second), server.current("books"), false));
        }
    }
}

package dev.oauthconnection.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.oauth.TokenOutcome.Ambiguous;
import dev.oauthconnection.oauth.TokenOutcome.Rejected;
import dev.oauthconnection.oauth.TokenOutcome.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IssuerCircuitTest {
    private static final String ISSUER = "https://issuer.example";
    private static final TokenOutcome DOWN = new Unavailable("down", null);

    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final IssuerCircuit circuit = new IssuerCircuit(() -> now, 2);

    @Test
    void requests_that_cannot_be_written_say_nothing_of_the_issuer() {
        for (int i = 0; i < 2 * IssuerCircuit.FAILURES_THAT_OPEN; i++) {
            request(new TokenOutcome.Unsendable("the client has no secret"));
        }
        assertThat(circuit.refusesFor(ISSUER)).isEmpty();
    }

    private void request(TokenOutcome outcome) {
        circuit.enter(ISSUER);
        circuit.exit(ISSUER, outcome);
    }

    private void failFiveTimes() {
        for (int i = 0; i < 5; i++) {
            request(i % 2 == 0 ? DOWN : new Ambiguous("cut"));
        }
    }

    @Test
    void four_failures_in_a_row_do_not_open_it() {
        for (int i = 0; i < 4; i++) {
            request(DOWN);
        }
        assertThat(circuit.refusesFor(ISSUER)).isEmpty();
    }

    @Test
    void five_failures_in_a_row_open_it_for_a_second() {
        failFiveTimes();
        assertThat(circuit.refusesFor(ISSUER)).contains(new IssuerCircuit.Refusal(Duration.ofSeconds(1), true));
        assertThat(circuit.refusesFor("https://other.example")).isEmpty();
    }

    @Test
    void a_refusal_in_between_counts_as_a_sign_of_life() {
        for (int i = 0; i < 12; i++) {
            request(i % 4 == 3 ? new Rejected(400, "invalid_grant", null) : DOWN);
        }
        assertThat(circuit.refusesFor(ISSUER)).isEmpty();
    }

    @Test
    void its_pause_doubles_up_to_a_minute_while_the_probes_fail() {
        failFiveTimes();
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Duration pause = circuit.refusesFor(ISSUER).orElseThrow().pause();
            pauses.add(pause.toSeconds());
            now = now.plus(pause);
            assertThat(circuit.refusesFor(ISSUER)).isEmpty();
            request(DOWN);
        }
        assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
    }

    @Test
    void after_the_pause_one_probe_goes_alone_and_its_success_closes_it() {
        failFiveTimes();
        now = now.plusSeconds(1);
        circuit.enter(ISSUER);
        assertThat(circuit.refusesFor(ISSUER)).isPresent();
        circuit.exit(ISSUER, new Rejected(400, "invalid_grant", null));
        circuit.enter(ISSUER);
        assertThat(circuit.refusesFor(ISSUER)).isEmpty();
    }

    @Test
    void no_more_than_the_limit_are_under_way() {
        circuit.enter(ISSUER);
        assertThat(circuit.refusesFor(ISSUER)).isEmpty();
        circuit.enter(ISSUER);
        assertThat(circuit.refusesFor(ISSUER)).contains(new IssuerCircuit.Refusal(Duration.ofSeconds(1), false));
        circuit.exit(ISSUER, new Rejected(400, "invalid_grant", null));
        assertThat(circuit.refusesFor(ISSUER)).isEmpty();
    }

    @Test
    void a_clock_that_is_set_back_does_not_keep_it_open() {
        failFiveTimes();
        now = now.minus(Duration.ofDays(1));
        assertThat(circuit.refusesFor(ISSUER)).isEmpty();
    }
}

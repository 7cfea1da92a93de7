package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DueTimesTest {
    private static final Instant DUE = Instant.parse("2026-03-01T12:00:00Z");

    private final DueTimes dueTimes = new DueTimes();

    @Test
    void a_token_is_as_late_as_the_first_time_it_was_due() {
        dueTimes.begun("uid", "g-1", DUE);
        dueTimes.begun("uid", "g-1", DUE.plusSeconds(60));
        assertThat(dueTimes.published("uid", "g-1", DUE.plusSeconds(89), DUE.plusSeconds(90)))
                .contains(Duration.ofSeconds(90));
    }

    @Test
    void it_is_late_once() {
        dueTimes.begun("uid", "g-1", DUE);
        dueTimes.published("uid", "g-1", DUE, DUE.plusSeconds(1));
        assertThat(dueTimes.published("uid", "g-1", DUE, DUE.plusSeconds(2))).isEmpty();
    }

    @Test
    void an_older_token_that_is_written_again_settles_nothing() {
        dueTimes.begun("uid", "g-1", DUE);
        assertThat(dueTimes.published("uid", "g-1", DUE.minusSeconds(600), DUE.plusSeconds(5)))
                .isEmpty();
        assertThat(dueTimes.published("uid", "g-1", DUE.plusSeconds(8), DUE.plusSeconds(9)))
                .contains(Duration.ofSeconds(9));
    }

    @Test
    void how_long_a_person_took_to_consent_again_is_no_lateness() {
        dueTimes.begun("uid", "g-1", DUE);
        assertThat(dueTimes.published("uid", "g-2", DUE.plusSeconds(80_000), DUE.plusSeconds(80_001)))
                .isEmpty();
        dueTimes.begun("uid", "g-2", DUE.plusSeconds(90_000));
        assertThat(dueTimes.published("uid", "g-2", DUE.plusSeconds(90_001), DUE.plusSeconds(90_002)))
                .contains(Duration.ofSeconds(2));
    }
}

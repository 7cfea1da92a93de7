package dev.oauthconnection.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({"90s, PT1M30S", "1h30m, PT1H30M", "1.5h, PT1H30M", "250ms, PT0.25S", "1440h, P60D", "0s, PT0S"})
    void a_duration_is_read_as_kubernetes_writes_it(String text, Duration duration) {
        assertThat(Durations.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "10 m", "-5m", "5d", "1h 30m", "h", "99999999999h", "1h1h1h1h1h1h1h1h1h1h1h"})
    void anything_else_is_refused_with_a_message_that_shows_how(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Durations.parse(text))
                .withMessage("'" + text + "' is not a duration: write a number and a unit, such as 90s, 10m or 1h30m");
    }

    @Test
    void the_longest_duration_still_fits_into_nanoseconds() {
        assertThat(Durations.parse("999999h999999h").toNanos()).isPositive();
    }
}

package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What the wall clock does and the monotonic one does not. */
class ClockWatchTest {
    private Instant wall = Instant.parse("2026-01-01T12:00:00Z");
    private long nanos = Long.MAX_VALUE - 5;
    private final ClockWatch watch = new ClockWatch(() -> wall, () -> nanos);

    private void passes(Duration duration) {
        wall = wall.plus(duration);
        nanos += duration.toNanos();
    }

    @Test
    void time_that_passes_sets_no_clock() {
        passes(Duration.ofHours(1));
        assertThat(watch.setBy()).isZero();
    }

    @Test
    void a_clock_that_was_set_back_is_told_once() {
        passes(Duration.ofSeconds(5));
        wall = wall.minusSeconds(300);
        assertThat(watch.setBy()).isEqualTo(Duration.ofSeconds(-300));
        passes(Duration.ofSeconds(5));
        assertThat(watch.setBy()).isZero();
    }

    @Test
    void a_clock_that_was_set_forward_is_told() {
        wall = wall.plusSeconds(300);
        assertThat(watch.setBy()).isEqualTo(Duration.ofSeconds(300));
    }

    @Test
    void a_clock_that_is_corrected_by_a_second_is_left_alone() {
        wall = wall.minusSeconds(1);
        assertThat(watch.setBy()).isZero();
    }
}

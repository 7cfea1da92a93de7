package dev.oauthconnection.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
    @ParameterizedTest(name = "after {0} failures in a row: {1}")
    @CsvSource({
        "-3, PT1S",
        "0, PT1S",
        "1, PT1S",
        "2, PT2S",
        "3, PT4S",
        "9, PT4M16S",
        "10, PT5M",
        "64, PT5M",
        "2147483647, PT5M"
    })
    void pauses_double_up_to_five_minutes_and_a_fifth_of_jitter_comes_on_top(int failures, String pause) {
        Duration plain = Duration.parse(pause);
        assertThat(Backoff.after(failures, null, "uid")).isBetween(plain, plain.plus(plain.dividedBy(5)));
    }

    @Test
    void the_pause_is_as_long_as_the_provider_asks() {
        Duration asked = Duration.ofMinutes(20);
        assertThat(Backoff.after(1, asked, "uid")).isBetween(asked, asked.plus(asked.dividedBy(5)));
    }

    @Test
    void a_provider_that_asks_for_less_than_the_backoff_does_not_shorten_it() {
        assertThat(Backoff.after(8, Duration.ofSeconds(1), "uid")).isEqualTo(Backoff.after(8, null, "uid"));
        assertThat(Backoff.after(8, Duration.ofSeconds(-9), "uid")).isEqualTo(Backoff.after(8, null, "uid"));
    }

    @Test
    void a_provider_that_asks_for_a_week_is_asked_again_after_about_an_hour() {
        assertThat(Backoff.after(1, Duration.ofDays(7), "uid")).isBetween(Duration.ofHours(1), Duration.ofMinutes(72));
    }

    @Test
    void connections_that_were_told_the_same_do_not_come_back_in_the_same_moment() {
        Duration asked = Duration.ofMinutes(10);
        assertThat(Backoff.after(1, asked, "uid-1")).isNotEqualTo(Backoff.after(1, asked, "uid-2"));
    }

    @Property
    void the_pause_is_deterministic_and_never_zero(@ForAll @IntRange(min = 1) int failures, @ForAll String seed) {
        assertThat(Backoff.after(failures, null, seed))
                .isEqualTo(Backoff.after(failures, null, seed))
                .isBetween(Duration.ofSeconds(1), Duration.ofMinutes(6));
    }
}

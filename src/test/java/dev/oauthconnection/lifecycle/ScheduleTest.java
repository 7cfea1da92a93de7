package dev.oauthconnection.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    private static final Instant REQUESTED = Instant.parse("2026-03-01T12:00:00Z");

    private static Schedule.Terms terms(@Nullable Duration before, boolean ends, @Nullable Duration idle, String seed) {
        return new Schedule.Terms(before, ends, idle, seed);
    }

    private static Schedule.Terms plain() {
        return terms(null, false, null, "uid");
    }

    private static Duration wait(Duration lifetime, Schedule.Terms terms) {
        return Duration.between(REQUESTED, Schedule.dueAt(REQUESTED, REQUESTED.plus(lifetime), terms));
    }

    @ParameterizedTest(name = "a token of {0} is refreshed {1} before its end")
    @CsvSource({
        "PT0S, PT0S",
        "PT1S, PT0.5S",
        "PT1M, PT30S",
        "PT5M, PT2M30S",
        "PT6M, PT3M",
        "PT9M, PT3M",
        "PT30M, PT10M",
        "PT1H, PT20M",
        "PT24H, PT8H",
        "P3650D, P1216DT16H"
    })
    void the_lead_is_a_third_or_two_kubelet_periods_or_half(String lifetime, String lead) {
        assertThat(Schedule.lead(Duration.parse(lifetime), plain())).isEqualTo(Duration.parse(lead));
    }

    @ParameterizedTest(name = "with refresh.before {1}, a token of {0} is refreshed {2} before its end")
    @CsvSource({"PT1H, PT5M, PT5M", "PT1H, PT54M, PT54M", "PT1H, PT1H, PT54M", "PT1H, P7D, PT54M", "PT10S, PT1H, PT9S"})
    void the_users_wish_is_the_lead_but_never_the_whole_lifetime(String lifetime, String before, String lead) {
        assertThat(Schedule.lead(Duration.parse(lifetime), terms(Duration.parse(before), false, null, "uid")))
                .isEqualTo(Duration.parse(lead));
    }

    @ParameterizedTest(name = "a token of {0} is refreshed {1} before its end")
    @CsvSource({"PT1M, PT30S", "PT3M, PT1M30S", "PT1H, PT1M30S", "P30D, PT1M30S"})
    void where_a_refresh_ends_the_published_token_it_is_as_late_as_is_safe(String lifetime, String lead) {
        assertThat(Schedule.lead(Duration.parse(lifetime), terms(null, true, null, "uid")))
                .isEqualTo(Duration.parse(lead));
    }

    @Test
    void where_a_refresh_ends_the_published_token_the_jitter_does_not_make_it_early() {
        Duration month = Duration.ofDays(30);
        IntStream.range(0, 200).forEach(i -> assertThat(wait(month, terms(null, true, null, "uid-" + i)))
                .isBetween(month.minus(Schedule.LATEST.multipliedBy(2)), month.minus(Schedule.LATEST)));
    }

    @Property
    void a_refresh_is_due_in_time_and_jitter_pulls_it_earlier_by_a_tenth_at_most(
            @ForAll @LongRange(min = 20, max = 315_360_000) long seconds, @ForAll String seed) {
        Duration lifetime = Duration.ofSeconds(seconds);
        Duration latest = lifetime.minus(Schedule.lead(lifetime, plain()));
        assertThat(wait(lifetime, terms(null, false, null, seed)))
                .isBetween(latest.minus(lifetime.dividedBy(10)), latest)
                .isGreaterThanOrEqualTo(Schedule.SHORTEST_INTERVAL);
    }

    @Property
    void a_wish_for_more_than_the_lifetime_still_leaves_a_twentieth_of_it_between_two_refreshes(
            @ForAll @LongRange(min = 60, max = 315_360_000) long seconds, @ForAll String seed) {
        Duration lifetime = Duration.ofSeconds(seconds);
        assertThat(wait(lifetime, terms(Duration.ofDays(9999), false, null, seed)))
                .isGreaterThanOrEqualTo(lifetime.dividedBy(20).minusMillis(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT0.001S", "PT1S", "PT3S"})
    void not_even_a_token_that_lapses_at_once_is_refreshed_in_a_hot_loop(String lifetime) {
        assertThat(wait(Duration.parse(lifetime), plain())).isGreaterThanOrEqualTo(Schedule.SHORTEST_INTERVAL);
    }

    @Test
    void an_expiry_before_the_request_is_a_token_that_lapses_at_once() {
        assertThat(Schedule.dueAt(REQUESTED, REQUESTED.minusSeconds(3600), plain()))
                .isEqualTo(REQUESTED.plus(Schedule.SHORTEST_INTERVAL));
    }

    @Test
    void an_expiry_at_the_end_of_time_does_not_overflow() {
        assertThat(Schedule.dueAt(Instant.EPOCH, Instant.MAX, plain())).isAfter(REQUESTED);
        assertThat(Schedule.dueAt(Instant.MIN, Instant.EPOCH, plain())).isBefore(Instant.EPOCH);
        assertThat(Schedule.dueAt(REQUESTED, Instant.MAX, terms(null, true, Duration.ofDays(99_999), "uid")))
                .isAfter(REQUESTED);
    }

    @Test
    void an_unused_refresh_token_is_used_before_it_lapses() {
        assertThat(wait(Duration.ofDays(365), terms(null, false, Duration.ofDays(60), "uid")))
                .isEqualTo(Duration.ofDays(54));
    }

    @Test
    void a_long_idle_lifetime_changes_nothing() {
        assertThat(wait(Duration.ofMinutes(30), terms(null, false, Duration.ofDays(60), "uid")))
                .isEqualTo(wait(Duration.ofMinutes(30), plain()));
    }

    @Test
    void an_idle_lifetime_of_zero_says_nothing() {
        assertThat(wait(Duration.ofMinutes(30), terms(null, false, Duration.ZERO, "uid")))
                .isEqualTo(wait(Duration.ofMinutes(30), plain()));
    }

    @Test
    void the_jitter_is_the_same_after_a_restart() {
        assertThat(wait(Duration.ofHours(1), terms(null, false, null, "uid-7")))
                .isEqualTo(wait(Duration.ofHours(1), terms(null, false, null, "uid-7")));
    }

    @Test
    void refreshes_of_many_connections_are_spread_over_the_jitter() {
        Map<Long, Long> perTenth = new HashMap<>();
        Duration hour = Duration.ofHours(1);
        IntStream.range(0, 10_000).forEach(i -> {
            long early = Duration.ofMinutes(40)
                    .minus(wait(hour, terms(null, false, null, "uid-" + i)))
                    .toSeconds();
            perTenth.merge(Math.min(9, early * 10 / 360), 1L, Long::sum);
        });
        assertThat(perTenth).hasSize(10).allSatisfy((tenth, n) -> assertThat(n).isBetween(700L, 1300L));
    }
}

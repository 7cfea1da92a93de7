package dev.oauthconnection.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0                             | PT0S",
                " 30                           | PT30S",
                "999999999999999999            | PT24H",
                "Sun, 01 Mar 2026 12:00:30 GMT | PT30S",
                "Sun, 01 Mar 2026 11:00:00 GMT | PT0S",
                "Fri, 01 Mar 2126 12:00:00 GMT | PT24H"
            })
    void a_header_becomes_a_duration_of_at_most_a_day(String header, Duration expected) {
        assertThat(RetryAfter.parse(header, NOW)).isEqualTo(expected);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "-1", "soon", "1.5", "99999999999999999999", "Sun, 31 Feb 2026 12:00:30 GMT"})
    void what_cannot_be_read_is_none(String header) {
        assertThat(RetryAfter.parse(header, NOW)).isNull();
    }
}

package dev.oauthconnection.grant;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowsTest {
    @Test
    void a_long_lead_has_the_full_windows() {
        Windows windows = Windows.of(Duration.ofMinutes(10), Sample.STRICT);

        assertThat(windows)
                .isEqualTo(new Windows(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(5)));
    }

    @ParameterizedTest
    @CsvSource({"90, 0", "60, 0", "30, 0", "9, 0", "3600, 60", "3600, 10", "20, 10", "10, 20"})
    void the_fence_is_at_most_half_the_lead_and_half_the_grace(long lead, long grace) {
        Windows windows = Windows.of(Duration.ofSeconds(lead), Sample.rules(Duration.ofSeconds(grace), true));

        assertThat(windows.fence().multipliedBy(2)).isLessThanOrEqualTo(Duration.ofSeconds(lead));
        if (grace > 0) {
            assertThat(windows.fence().multipliedBy(2)).isLessThanOrEqualTo(Duration.ofSeconds(grace));
        }
        assertThat(windows.send()).isPositive();
    }

    @Test
    void however_short_the_lead_there_is_time_to_do_anything_at_all() {
        assertThat(Windows.of(Duration.ZERO, Sample.STRICT).fence()).isEqualTo(Duration.ofMillis(1800));
    }
}

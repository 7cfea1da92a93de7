package dev.oauthconnection.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Reason;
import dev.oauthconnection.observe.ConnectionMeters.Sight;
import dev.oauthconnection.observe.ConnectionMeters.State;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConnectionMetersTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private Instant now = START;
    private final ConnectionMeters meters = new ConnectionMeters(registry, () -> now, true);

    /** Refreshed now: due in 40 minutes, valid for an hour. */
    private Sight fresh(State state, @Nullable Reason stalled) {
        return new Sight(state, stalled, now.plus(HOUR), now.plus(Duration.ofMinutes(40)));
    }

    private String value(String series) {
        return registry.scrape()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .map(line -> line.substring(series.length() + 1))
                .findFirst()
                .orElse("absent");
    }

    @Test
    void each_connection_is_in_one_state() {
        meters.seen("finance", "a", fresh(State.Ready, null));
        meters.seen("finance", "b", fresh(State.Stalled, Reason.GrantLost));
        meters.seen("finance", "c", new Sight(State.AwaitingConsent, null, null, null));
        assertThat(value("oauthconnection_connections{state=\"Ready\"}")).isEqualTo("1.0");
        assertThat(value("oauthconnection_connections{state=\"Stalled\"}")).isEqualTo("1.0");
        assertThat(value("oauthconnection_connections{state=\"AwaitingConsent\"}"))
                .isEqualTo("1.0");
        assertThat(value("oauthconnection_connections{state=\"NotReady\"}")).isEqualTo("0.0");
        assertThat(value("oauthconnection_connections_stalled{reason=\"GrantLost\"}"))
                .isEqualTo("1.0");
    }

    @Test
    void a_connection_that_changes_leaves_the_state_it_was_in() {
        meters.seen("finance", "a", fresh(State.Stalled, Reason.ClientRefused));
        assertThat(value("oauthconnection_connections_stalled{reason=\"ClientRefused\"}"))
                .isEqualTo("1.0");
        now = now.plusSeconds(1);
        meters.seen("finance", "a", fresh(State.Ready, null));
        assertThat(value("oauthconnection_connections_stalled{reason=\"ClientRefused\"}"))
                .isEqualTo("0.0");
        assertThat(value("oauthconnection_connections{state=\"Stalled\"}")).isEqualTo("0.0");
    }

    @Test
    void a_token_is_expired_when_its_time_is_over_though_nobody_looks_at_the_connection() {
        meters.seen("finance", "a", fresh(State.Ready, null));
        assertThat(value("oauthconnection_tokens_expired")).isEqualTo("0.0");
        now = START.plus(HOUR);
        assertThat(value("oauthconnection_tokens_expired")).isEqualTo("1.0");
    }

    @Test
    void a_token_is_at_risk_when_half_of_the_time_after_its_refresh_was_due_is_over() {
        meters.seen("finance", "a", fresh(State.Ready, null));
        now = START.plus(Duration.ofMinutes(50));
        assertThat(value("oauthconnection_tokens_at_risk")).isEqualTo("0.0");
        now = now.plusSeconds(1);
        assertThat(value("oauthconnection_tokens_at_risk")).isEqualTo("1.0");
        now = START.plus(HOUR);
        assertThat(value("oauthconnection_tokens_at_risk")).isEqualTo("0.0");
    }

    @Test
    void the_token_of_a_suspended_connection_may_lapse() {
        meters.seen("finance", "a", fresh(State.Suspended, null));
        now = START.plus(HOUR);
        assertThat(value("oauthconnection_tokens_expired")).isEqualTo("0.0");
        assertThat(value("oauthconnection_token_earliest_expiry_timestamp_seconds"))
                .isEqualTo("NaN");
    }

    @Test
    void the_earliest_expiry_is_that_of_the_token_that_lapses_first() {
        assertThat(value("oauthconnection_token_earliest_expiry_timestamp_seconds"))
                .isEqualTo("NaN");
        now = START.plusSeconds(5);
        meters.seen("finance", "late", fresh(State.Ready, null));
        now = START.plusSeconds(1);
        meters.seen("finance", "early", fresh(State.Ready, null));
        assertThat(Double.parseDouble(value("oauthconnection_token_earliest_expiry_timestamp_seconds")))
                .isEqualTo(START.plusSeconds(1).plus(HOUR).getEpochSecond());
    }

    @Test
    void the_series_of_a_connection_says_when_its_token_expires() {
        meters.seen("finance", "books", fresh(State.Ready, null));
        assertThat(Double.parseDouble(books())).isEqualTo(START.plus(HOUR).getEpochSecond());
        now = now.plus(HOUR);
        meters.seen("finance", "books", fresh(State.Ready, null));
        assertThat(Double.parseDouble(books()))
                .isEqualTo(START.plus(HOUR).plus(HOUR).getEpochSecond());
    }

    @Test
    void the_series_of_a_connection_vanishes_with_the_connection() {
        meters.seen("finance", "books", fresh(State.Ready, null));
        meters.gone("finance", "books");
        assertThat(books()).isEqualTo("absent");
        assertThat(value("oauthconnection_connections{state=\"Ready\"}")).isEqualTo("0.0");
    }

    @Test
    void the_series_of_a_connection_vanishes_when_no_token_is_published_any_more() {
        meters.seen("finance", "books", fresh(State.Ready, null));
        meters.seen("finance", "books", new Sight(State.AwaitingConsent, null, null, null));
        assertThat(books()).isEqualTo("absent");
    }

    @Test
    void who_lost_the_lease_serves_no_stale_series_also_of_what_was_in_flight() {
        meters.seen("finance", "books", fresh(State.Ready, null));
        meters.clear();
        meters.seen("finance", "books", fresh(State.Ready, null));
        assertThat(books()).isEqualTo("absent");
        assertThat(value("oauthconnection_connections{state=\"Ready\"}")).isEqualTo("0.0");
        assertThat(value("oauthconnection_token_earliest_expiry_timestamp_seconds"))
                .isEqualTo("NaN");
    }

    @Test
    void ten_thousand_connections_make_no_series_unless_it_is_asked_for() {
        PrometheusMeterRegistry few = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        ConnectionMeters quiet = new ConnectionMeters(few, () -> now, false);
        long before = few.scrape().lines().count();
        for (int i = 0; i < 10_000; i++) {
            quiet.seen("team-" + i, "books", fresh(State.values()[i % 5], Reason.values()[i % 20]));
        }
        assertThat(few.scrape().lines().count()).isEqualTo(before).isLessThan(100);
    }

    @Test
    void ten_thousand_connections_make_one_series_each_when_it_is_asked_for() {
        for (int i = 0; i < 10_000; i++) {
            meters.seen("team-" + i, "books", fresh(State.Ready, null));
        }
        assertThat(registry.scrape()
                        .lines()
                        .filter(line -> line.startsWith("oauthconnection_token_expiry_timestamp_seconds{"))
                        .count())
                .isEqualTo(10_000);
    }

    private String books() {
        return value("oauthconnection_token_expiry_timestamp_seconds{name=\"books\",namespace=\"finance\"}");
    }
}

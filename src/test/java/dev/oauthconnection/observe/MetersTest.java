package dev.oauthconnection.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.grant.LossWindow;
import dev.oauthconnection.grant.Step.Outcome;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class MetersTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Meters meters = new Meters(registry);

    @Test
    void what_has_not_happened_yet_is_served_as_zero_so_that_the_first_time_is_a_rise() {
        assertThat(registry.scrape())
                .contains("oauthconnection_grants_lost_total{window=\"Deadline\"} 0.0")
                .contains("oauthconnection_redemptions_total{outcome=\"Ambiguous\"} 0.0")
                .contains("oauthconnection_redemption_duration_seconds_count{result=\"Failed\"} 0")
                .contains("oauthconnection_refresh_lateness_seconds_count 0")
                .contains("oauthconnection_reconciliation_errors_total 0.0")
                .contains("oauthconnection_deliveries_total 0.0");
    }

    @Test
    void a_redemption_is_counted_by_its_outcome_and_measured_by_what_came_of_the_request() {
        meters.redemption("xero", new Outcome.Ambiguous("cut"), Duration.ofMillis(300));
        assertThat(registry.scrape())
                .contains("oauthconnection_redemptions_total{outcome=\"Ambiguous\"} 1.0")
                .contains("oauthconnection_redemption_duration_seconds_bucket{result=\"Failed\",le=\"0.25\"} 0")
                .contains("oauthconnection_redemption_duration_seconds_bucket{result=\"Failed\",le=\"0.5\"} 1");
    }

    @Test
    void a_failure_is_told_of_its_provider() {
        meters.redemption("xero", new Outcome.Ambiguous("cut"), Duration.ofMillis(300));
        assertThat(registry.scrape())
                .contains("oauthconnection_provider_requests_total{provider=\"xero\",result=\"Failed\"} 1.0")
                .contains("oauthconnection_provider_requests_total{provider=\"xero\",result=\"Granted\"} 0.0");
    }

    @Test
    void what_was_not_sent_is_no_request_to_the_provider() {
        meters.redemption("xero", new Outcome.Stale("somebody else wrote"), Duration.ofMillis(3));
        assertThat(registry.scrape())
                .contains("oauthconnection_redemption_duration_seconds_count{result=\"Unsent\"} 1")
                .contains("oauthconnection_provider_requests_total{provider=\"xero\",result=\"Failed\"} 0.0")
                .doesNotContain("{provider=\"xero\",result=\"Unsent\"}");
    }

    @Test
    void lateness_is_never_negative() {
        meters.late(Duration.ofSeconds(-5));
        assertThat(registry.scrape())
                .contains("oauthconnection_refresh_lateness_seconds_bucket{le=\"1.0\"} 1")
                .contains("oauthconnection_refresh_lateness_seconds_sum 0.0");
    }

    @Test
    void a_lost_grant_is_counted_by_its_window() {
        meters.lost(LossWindow.Deadline);
        assertThat(registry.scrape()).contains("oauthconnection_grants_lost_total{window=\"Deadline\"} 1.0");
    }

    @Test
    void whether_it_leads_is_asked_at_each_scrape() {
        AtomicBoolean leading = new AtomicBoolean();
        meters.leader(leading::get);
        assertThat(registry.scrape()).contains("oauthconnection_leader 0.0");
        leading.set(true);
        assertThat(registry.scrape()).contains("oauthconnection_leader 1.0");
    }

    @Test
    void a_journal_that_cannot_be_read_is_not_an_empty_one() {
        meters.journal(() -> {
            throw new java.io.UncheckedIOException(new java.io.IOException("no disk"));
        });
        assertThat(registry.scrape()).contains("oauthconnection_journal_entries NaN");
    }
}

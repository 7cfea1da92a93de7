package dev.oauthconnection.operator;

import static dev.oauthconnection.operator.LiveConnection.soon;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What /metrics says of a running operator and its connections. */
class MetricsIT extends OnOperatorWorld {
    private void awaitServed(String line) {
        soon().untilAsserted(() -> assertThat(world.registry.scrape()).contains(line));
    }

    @Test
    void a_process_that_is_alone_leads() {
        assertThat(world.registry.scrape()).contains("oauthconnection_leader 1.0");
    }

    @Test
    void a_connection_is_counted_by_its_state_and_its_token_by_its_expiry() {
        books.connected();
        awaitServed("oauthconnection_connections{state=\"Ready\"} 1.0");
        Instant expiresAt = Statuses.expiresAt(books.status().orElseThrow());
        soon().untilAsserted(() -> assertThat(world.registry
                        .get("oauthconnection.token.expiry.timestamp.seconds")
                        .tags("namespace", "default", "name", "books")
                        .gauge()
                        .value())
                .isEqualTo(expiresAt.getEpochSecond()));
    }

    @Test
    void a_connection_that_is_deleted_leaves_no_series_behind() {
        books.connected();
        awaitServed("oauthconnection_token_expiry_timestamp_seconds{name=\"books\"");
        books.resource().delete();
        soon().untilAsserted(() -> assertThat(world.registry.scrape())
                .doesNotContain("name=\"books\"")
                .contains("oauthconnection_connections{state=\"Ready\"} 0.0"));
    }

    @Test
    void a_refresh_that_was_due_is_measured_by_its_lateness() {
        books.connected();
        books.awaitReady();
        world.clock.move(Duration.ofMinutes(55));
        books.nudge();
        books.awaitToken(2);
        soon().untilAsserted(() -> assertThat(world.registry
                        .get("oauthconnection.refresh.lateness")
                        .timer()
                        .count())
                .isEqualTo(1));
        assertThat(world.registry
                        .get("oauthconnection.refresh.lateness")
                        .timer()
                        .totalTime(java.util.concurrent.TimeUnit.MINUTES))
                .isBetween(15.0, 30.0);
    }

    @Test
    void a_refresh_that_somebody_asked_for_is_not_late() {
        books.connected();
        books.awaitReady();
        books.requestRefresh("now");
        books.awaitToken(2);
        awaitServed("oauthconnection_deliveries_total 2.0");
        assertThat(world.registry.scrape()).contains("oauthconnection_refresh_lateness_seconds_count 0");
    }

    @Test
    void a_token_is_at_risk_and_then_expired_while_the_provider_is_down() throws Exception {
        books.connected();
        books.awaitReady();
        books.provider.close();
        world.clock.move(Duration.ofMinutes(56));
        awaitServed("oauthconnection_tokens_at_risk 1.0");
        books.nudge();
        awaitServed("oauthconnection_provider_requests_total{provider=\"books\",result=\"Failed\"} 1.0");
        world.clock.move(Duration.ofMinutes(5));
        awaitServed("oauthconnection_tokens_expired 1.0");
        assertThat(world.registry.scrape()).contains("oauthconnection_tokens_at_risk 0.0");
    }
}

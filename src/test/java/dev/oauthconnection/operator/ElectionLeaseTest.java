package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpecBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When the holder of the lease counts as silent: by how long the lease stays as it is, whatever time is written in it. */
class ElectionLeaseTest {
    private static final ZonedDateTime NOON = ZonedDateTime.of(2026, 1, 1, 12, 0, 0, 0, ZoneOffset.UTC);
    private static final Duration LEASE = Duration.ofSeconds(15);

    private final KubernetesClient unused = new KubernetesClientBuilder().build();
    private long nanos = Long.MAX_VALUE - 5;
    private final ElectionLease lease = new ElectionLease(
            unused, "operators", new Configuration.Lease("oauth-connection-operator", LEASE), "me", () -> nanos);

    @AfterEach
    void close() {
        unused.close();
    }

    private void passes(Duration duration) {
        nanos += duration.toNanos();
    }

    private static LeaseSpec heldBy(String holder, ZonedDateTime renewed, int seconds) {
        return new LeaseSpecBuilder()
                .withHolderIdentity(holder)
                .withRenewTime(renewed)
                .withLeaseDurationSeconds(seconds)
                .build();
    }

    @Test
    void a_lease_that_was_never_seen_before_is_held() {
        assertThat(lease.isSilent(heldBy("other", NOON.minusYears(1), 15))).isFalse();
    }

    @Test
    void a_lease_that_stays_as_it_is_for_its_duration_is_held() {
        lease.isSilent(heldBy("other", NOON, 15));
        passes(LEASE);
        assertThat(lease.isSilent(heldBy("other", NOON, 15))).isFalse();
    }

    @Test
    void
            a_lease_that_stays_as_it_is_for_longer_than_its_duration_is_not_renewed_also_where_its_time_is_in_the_future() {
        lease.isSilent(heldBy("other", NOON.plusYears(1), 15));
        passes(LEASE.plusMillis(1));
        assertThat(lease.isSilent(heldBy("other", NOON.plusYears(1), 15))).isTrue();
    }

    @Test
    void a_renewal_counts_also_where_its_time_is_before_the_last_one() {
        lease.isSilent(heldBy("other", NOON, 15));
        passes(LEASE.plusMillis(1));
        assertThat(lease.isSilent(heldBy("other", NOON.minusHours(1), 15))).isFalse();
    }

    @Test
    void the_duration_is_that_of_the_holder_where_it_is_longer() {
        lease.isSilent(heldBy("other", NOON, 60));
        passes(LEASE.plusMillis(1));
        assertThat(lease.isSilent(heldBy("other", NOON, 60))).isFalse();
        passes(Duration.ofSeconds(45));
        assertThat(lease.isSilent(heldBy("other", NOON, 60))).isTrue();
    }

    @Test
    void a_lease_that_nobody_holds_is_left_to_the_election() {
        lease.isSilent(heldBy("", NOON, 15));
        passes(LEASE.multipliedBy(2));
        assertThat(lease.isSilent(heldBy("", NOON, 15))).isFalse();
    }
}

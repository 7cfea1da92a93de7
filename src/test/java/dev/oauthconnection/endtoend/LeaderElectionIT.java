package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oauthconnection.testing.ApiServer;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two replicas: one acts, the other is ready to. */
class LeaderElectionIT {
    private static final Duration LIFETIME = Duration.ofSeconds(10);

    @RegisterExtension
    static final ApiServer api = new ApiServer();

    @Test
    void when_the_leader_is_killed_the_other_replica_goes_on_with_the_grant() throws IOException {
        Team team = Team.in(api);
        try (Installation installation = Installation.ofOneTest(api)) {
            Replica one = installation.start("--watch-namespaces=" + team.namespace());
            Replica two = installation.start("--watch-namespaces=" + team.namespace());
            try (PlayedProvider provider = PlayedProvider.start(team, LIFETIME, one.port())) {
                await().atMost(Team.PATIENCE).until(() -> leads(one) || leads(two));
                Replica leader = leads(one) ? one : two;
                Replica follower = leader == one ? two : one;
                team.apply(provider.serviceConnection("reports"));
                team.awaitReady("reports");
                String before = team.awaitTokenOtherThan(team.awaitToken("reports"), "reports");
                assertThat(leads(follower)).isFalse();
                assertThat(leader.get("/metrics").body())
                        .contains("oauthconnection_leader 1.0", "oauthconnection_connections{state=\"Ready\"} 1.0");
                assertThat(follower.get("/metrics").body())
                        .contains("oauthconnection_leader 0.0", "oauthconnection_connections{state=\"Ready\"} 0.0")
                        .contains("oauthconnection_token_earliest_expiry_timestamp_seconds NaN");

                leader.kill();

                await().atMost(Team.PATIENCE).until(() -> leads(follower));
                team.awaitTokenOtherThan(before, "reports");
                team.awaitReady("reports");
                assertThat(provider.errors()).isEmpty();
            }
        }
    }

    @Test
    void the_consent_pages_of_a_follower_serve_as_well() {
        Team team = Team.in(api);
        try (Installation installation = Installation.ofOneTest(api)) {
            Replica leader = installation.start("--watch-namespaces=" + team.namespace());
            await().atMost(Team.PATIENCE).until(() -> leads(leader));
            Replica follower = installation.start("--watch-namespaces=" + team.namespace());
            try (PlayedProvider provider = PlayedProvider.start(team, Duration.ofHours(1), follower.port())) {
                team.apply(provider.appConnection("books", ""));
                FormBrowser browser = team.beginConsentAt(follower.port(), "books");
                assertThat(browser.page()).contains("has its grant");
                team.awaitReady("books");
                assertThat(leads(follower)).isFalse();
            }
        }
    }

    @Test
    void a_lease_of_one_that_is_gone_and_whose_clock_was_an_hour_ahead_is_taken_over_once_it_lapsed() {
        Team team = Team.in(api);
        try (Installation installation = Installation.ofOneTest(api)) {
            api.client()
                    .resource(new LeaseBuilder()
                            .withNewMetadata()
                            .withName("oauth-connection-operator")
                            .withNamespace(installation.namespace())
                            .endMetadata()
                            .withNewSpec()
                            .withHolderIdentity("gone")
                            .withLeaseDurationSeconds(3)
                            .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC).plusHours(1))
                            .withAcquireTime(ZonedDateTime.now(ZoneOffset.UTC))
                            .withLeaseTransitions(0)
                            .endSpec()
                            .build())
                    .create();

            Replica replica = installation.start("--watch-namespaces=" + team.namespace(), "--lease-duration=3s");

            await().atMost(Team.PATIENCE).until(() -> leads(replica));
        }
    }

    @Test
    void a_leader_whose_lease_somebody_else_has_ends_by_itself() {
        Team team = Team.in(api);
        try (Installation installation = Installation.ofOneTest(api)) {
            Replica leader = installation.start("--watch-namespaces=" + team.namespace());
            await().atMost(Team.PATIENCE).until(() -> leads(leader));

            api.client()
                    .leases()
                    .inNamespace(installation.namespace())
                    .withName("oauth-connection-operator")
                    .edit(lease -> {
                        lease.getSpec().setHolderIdentity("somebody-else");
                        lease.getSpec().setLeaseDurationSeconds(600);
                        return lease;
                    });

            assertThat(leader.ended()).isEqualTo(1);
            assertThat(leader.logged()).contains("the lease is lost: finishing what is in flight, then ending");
        }
    }

    private static boolean leads(Replica replica) {
        return replica.logged().lines().anyMatch(line -> line.endsWith(" leading"));
    }
}

package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.AuditLog.Request;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the operator costs the API server, by the API server's own audit log. Watches and the leader's lease are not counted. */
class ApiCostIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    @Test
    void a_rotating_refresh_takes_four_writes() {
        Team team = Team.in(api);
        try (Installation installation = Installation.ofOneTest(api)) {
            Replica replica = installation.start("--watch-namespaces=" + team.namespace());
            try (PlayedProvider provider = PlayedProvider.start(team, Duration.ofSeconds(30), replica.port())) {
                team.apply(provider.appConnection("books", ""));
                team.beginConsent("books");
                List<Request> requests = requestsOfOneRefresh(team, "books", installation);
                assertThat(writes(requests))
                        .containsExactly(
                                "update secrets", "update secrets", "update secrets", "patch oauthconnections/status");
                assertFewReads(requests);
            }
        }
    }

    @Test
    void a_refresh_that_spends_nothing_takes_three_writes() {
        Team team = Team.in(api);
        try (Installation installation = Installation.ofOneTest(api)) {
            Replica replica = installation.start("--watch-namespaces=" + team.namespace());
            try (PlayedProvider provider = PlayedProvider.start(team, Duration.ofSeconds(30), replica.port())) {
                team.apply(provider.serviceConnection("reports"));
                List<Request> requests = requestsOfOneRefresh(team, "reports", installation);
                assertThat(writes(requests))
                        .containsExactly("update secrets", "update secrets", "patch oauthconnections/status");
                assertFewReads(requests);
            }
        }
    }

    @Test
    void nothing_is_read_or_written_while_nothing_is_due() throws Exception {
        Team team = Team.in(api);
        try (Installation installation = Installation.ofOneTest(api)) {
            Replica replica = installation.start("--watch-namespaces=" + team.namespace());
            try (PlayedProvider provider = PlayedProvider.start(team, Duration.ofHours(1), replica.port())) {
                team.apply(provider.appConnection("books", ""));
                team.apply(provider.serviceConnection("reports"));
                team.beginConsent("books");
                team.awaitReady("books");
                team.awaitReady("reports");
                awaitQuiet(installation);
                long position = api.audit().position();
                await().during(Duration.ofSeconds(20))
                        .atMost(Duration.ofSeconds(40))
                        .untilAsserted(() ->
                                assertThat(counted(installation, position)).isEmpty());
                System.out.println("idle: no requests in 20 s; resident " + replica.residentMiB() + " MiB");
            }
        }
    }

    /** All requests from just after one refresh until just after the next. */
    private static List<Request> requestsOfOneRefresh(Team team, String connection, Installation installation) {
        team.awaitReady(connection);
        awaitQuiet(installation);
        long position = api.audit().position();
        String before = refreshedAt(team, connection).orElseThrow();
        await().atMost(Team.PATIENCE)
                .until(
                        () -> refreshedAt(team, connection),
                        after -> after.isPresent() && !after.get().equals(before));
        awaitQuiet(installation);
        List<Request> requests = counted(installation, position);
        System.out.println("one refresh of " + connection + ": " + requests);
        return requests;
    }

    private static Optional<String> refreshedAt(Team team, String connection) {
        return team.status(connection).map(status -> status.token()).map(token -> token.refreshedAt());
    }

    /** Until the events of what was just done have been worked off. */
    private static void awaitQuiet(Installation installation) {
        int[] seen = {-1};
        await().pollInterval(Duration.ofSeconds(1)).atMost(Team.PATIENCE).until(() -> {
            int before = seen[0];
            seen[0] = counted(installation, 0).size();
            return seen[0] == before;
        });
    }

    private static List<Request> counted(Installation installation, long position) {
        return installation.requestsSince(position).stream()
                .filter(request ->
                        !request.verb().equals("watch") && !request.resource().equals("leases"))
                .toList();
    }

    private static List<String> writes(List<Request> requests) {
        return requests.stream()
                .filter(Request::isWrite)
                .map(request -> request.verb() + " " + request.resource())
                .toList();
    }

    /** Grant and token Secret once each; the client's Secret also at each look that an event of our own writes causes. */
    private static void assertFewReads(List<Request> requests) {
        List<Request> reads =
                requests.stream().filter(request -> !request.isWrite()).toList();
        assertThat(reads)
                .allMatch(read -> read.verb().equals("get") && read.resource().equals("secrets"));
        List<String> others = reads.stream()
                .map(Request::name)
                .filter(name -> !name.startsWith("playground-"))
                .toList();
        assertThat(others).hasSize(2).doesNotHaveDuplicates();
        assertThat(reads).hasSizeLessThanOrEqualTo(5);
    }
}

package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.AuditLog.Request;
import dev.oauthconnection.testing.Authority;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Connections that live through everything, under two leaders, and what the API server was asked for meanwhile. */
final class WholeLives implements AutoCloseable {
    private final ApiServer api;
    private final Team team;
    private final Installation installation;
    private @Nullable PlayedProvider provider;

    WholeLives(ApiServer api, Team team, Installation installation) {
        this.api = api;
        this.team = team;
        this.installation = installation;
    }

    /** Starts the provider, for the consent pages of this replica. */
    PlayedProvider provider(Replica replica) {
        provider = PlayedProvider.start(team, Duration.ofHours(1), replica.port());
        return provider;
    }

    @Override
    public void close() {
        if (provider != null) {
            provider.close();
        }
        installation.close();
    }

    /** What a team does to give the operator its Secrets. */
    interface Granting {
        void grant(String connection);
    }

    /** All that can happen to connections, under two leaders. */
    void live(Granting granting, String... options) {
        Replica first = installation.start(options);
        PlayedProvider provider = provider(first);
        giveCertificates(provider);
        team.apply(provider.serviceConnection("reports"));
        granting.grant("reports");
        team.awaitReady("reports");
        team.apply(provider.appConnection("books", ", onDelete: Revoke"));
        granting.grant("books");
        team.beginConsent("books");
        team.awaitReady("books");
        String before = team.awaitToken("books");
        team.annotate("books", "oauthconnection.dev/refresh-requested", "now");
        team.awaitTokenOtherThan(before, "books");
        team.kubectl(
                "patch",
                "oauthconnection/reports",
                "--type=merge",
                "-p",
                "{\"spec\": {\"secret\": {\"name\": \"figures\"}}}");
        granting.grant("reports");
        team.awaitToken("figures");

        assertThat(first.terminate()).as(first.logged()).isZero();
        installation.start(options);
        String figure = team.awaitToken("figures");
        team.annotate("reports", "oauthconnection.dev/refresh-requested", "now");
        team.awaitTokenOtherThan(figure, "figures");
        team.kubectl("delete", "oauthconnection/books", "--timeout=90s");
        team.apply(provider.appConnection("books", ""));
        team.awaitReason("books", "Ready", "AwaitingConsent");
        team.kubectl("delete", "oauthconnection/reports", "--timeout=90s");
        awaitGrants(0);
    }

    private void giveCertificates(PlayedProvider provider) {
        team.apply("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: company-authority, namespace: %s}
                data:
                  ca.crt: |
                %s
                """.formatted(
                installation.namespace(), new Authority().pem().indent(4).stripTrailing()));
        team.kubectl(
                "patch",
                "clusteroauthprovider/" + provider.name(),
                "--type=merge",
                "-p",
                "{\"spec\": {\"caBundle\": {\"configMapRef\": {\"namespace\": \"%s\", \"name\": \"company-authority\"}}}}"
                        .formatted(installation.namespace()));
    }

    private void awaitGrants(int number) {
        await().atMost(Team.PATIENCE).untilAsserted(() -> assertThat(api.client()
                        .secrets()
                        .inNamespace(installation.namespace())
                        .withLabel("oauthconnection.dev/role", "grant")
                        .list()
                        .getItems())
                .hasSize(number));
    }

    /** Each as verb, resource, and whether in the operator's own namespace. */
    Set<String> used() {
        Set<String> used = new TreeSet<>();
        requests().stream().filter(request -> request.code() < 400).forEach(request -> used.add(describe(request)));
        return used;
    }

    Set<String> refused() {
        Set<String> refused = new TreeSet<>();
        requests().stream().filter(request -> request.code() == 403).forEach(request -> refused.add(describe(request)));
        return refused;
    }

    /** Without what every authenticated user may ask: what it may do, and how the API is described, which is no resource. */
    private List<Request> requests() {
        return installation.requestsSince(0).stream()
                .filter(request ->
                        !request.resource().isEmpty() && !request.resource().startsWith("selfsubject"))
                .toList();
    }

    private String describe(Request request) {
        return request.verb() + " " + request.resource()
                + (request.namespace().equals(installation.namespace()) ? "" : " elsewhere");
    }
}

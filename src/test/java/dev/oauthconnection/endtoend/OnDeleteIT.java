package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.testing.ApiServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of the grant when its connection is deleted. */
class OnDeleteIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    private Team team;
    private Installation installation;
    private PlayedProvider provider;

    @BeforeEach
    void start() {
        team = Team.in(api);
        installation = Installation.ofOneTest(api);
        Replica replica = installation.start("--watch-namespaces=" + team.namespace());
        provider = PlayedProvider.start(team, Duration.ofHours(1), replica.port());
    }

    @AfterEach
    void stop() {
        installation.close();
        provider.close();
    }

    @Test
    void a_connection_that_comes_back_adopts_the_retained_grant_without_a_consent() {
        team.apply(provider.appConnection("books", ""));
        team.beginConsent("books");
        team.awaitReady("books");
        Grant before = team.grant("books", installation.namespace());

        team.kubectl("delete", "oauthconnection/books");
        assertThat(team.grant("books", installation.namespace())).isEqualTo(before);

        team.apply(provider.appConnection("books", ""));
        team.awaitReady("books");
        assertThat(team.grant("books", installation.namespace()).id()).isEqualTo(before.id());
        assertThat(provider.granted("authorization_code")).isEqualTo(1);
        assertThat(provider.errors()).isEmpty();
    }

    @Test
    void revoke_ends_the_grant_at_the_provider_and_then_lets_the_connection_go() {
        team.apply(provider.appConnection("books", ", onDelete: Revoke"));
        team.beginConsent("books");
        team.awaitReady("books");
        String refreshToken = team.grant("books", installation.namespace())
                .candidates()
                .getFirst()
                .token();
        assertThat(team.connection("books").getMetadata().getFinalizers()).containsExactly(Names.FINALIZER);

        team.kubectl("delete", "oauthconnection/books", "--timeout=90s");

        assertThat(provider.refresh(refreshToken)).contains("invalid_grant");
        awaitGone();
    }

    @Test
    void a_connection_without_a_grant_is_let_go_at_once() {
        team.apply(provider.appConnection("books", ", onDelete: Revoke"));
        team.awaitReason("books", "Ready", "AwaitingConsent");
        team.kubectl("delete", "oauthconnection/books", "--timeout=90s");
        awaitGone();
    }

    private void awaitGone() {
        await().atMost(Team.PATIENCE)
                .until(() -> api.client()
                                .resources(OAuthConnection.class)
                                .inNamespace(team.namespace())
                                .withName("books")
                                .get()
                        == null);
    }
}

package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.Reason;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What people ask for by annotation is done once, also across a restart; what runs by itself disturbs nobody. */
class ActionsIT extends OnOperatorWorld {
    /** Restarts the operator, and waits until it has seen to the connection again. */
    private void restart() {
        world.stopOperator();
        books.patch("{\"spec\":{\"secret\":{\"labels\":{\"restarted\":\"yes\"}}}}");
        long generation = books.resource().get().getMetadata().getGeneration();
        world.startOperator();
        LiveConnection.soon().until(() -> books.status().orElseThrow().observedGeneration() == generation);
        books.nudge();
    }

    @Test
    void a_refresh_is_done_once() {
        books.connected();
        books.requestRefresh("1");
        books.awaitToken(2);
        LiveConnection.soon().untilAsserted(() -> assertThat(
                        books.status().orElseThrow().handled())
                .satisfies(handled -> assertThat(handled.refreshRequested()).isEqualTo("1")));
        restart();
        books.awaitReady();
        assertThat(books.provider.tokenRequests()).hasSize(2);

        books.requestRefresh("2");
        books.awaitToken(3);
        assertThat(books.provider.tokenRequests()).hasSize(3);
    }

    @Test
    void a_refresh_that_the_provider_had_no_time_for_is_done_after_a_restart() {
        books.connected().awaitReady();
        books.provider.always(ScriptedProvider.json(503, "{}"));
        books.requestRefresh("1");
        books.awaitSaid("the token endpoint answered 503");
        world.stopOperator();
        int tried = books.provider.tokenRequests().size();
        world.startOperator();
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.provider.tokenRequests()).hasSizeGreaterThan(tried));

        world.stopOperator();
        books.provider.repaired();
        world.startOperator();
        books.awaitToken(2).awaitReady();
    }

    @Test
    void a_request_from_before_the_grant_counts_as_done() {
        books.applied("suspend: true");
        books.annotate(Names.REFRESH_REQUESTED, "1");
        books.annotate(Names.REVOKE_REQUESTED, "1");
        books.patch("{\"spec\":{\"suspend\":false}}");
        books.awaitToken(1).awaitReady();
        books.nudge();
        assertThat(books.provider.tokenRequests()).hasSize(1);
        assertThat(books.provider.revocations()).isEmpty();
    }

    @Test
    void a_revocation_is_done_once_and_takes_the_tokens_away() {
        books.connected();
        books.annotate(Names.REVOKE_REQUESTED, "1");
        books.awaitStalled(Reason.Revoked, "the grant was revoked as requested; give consent again");
        assertThat(books.provider.revocations()).singleElement().satisfies(form -> assertThat(form)
                .containsEntry("token", books.provider.refreshToken(1)));
        assertThat(books.tokenSecret()).isEmpty();
        assertThat(books.kept()).isEmpty();
        assertThat(books.status().orElseThrow().consent()).isNotNull();

        restart();
        books.awaitStalled(Reason.Revoked, "");
        assertThat(books.provider.revocations()).hasSize(1);
        assertThat(books.provider.tokenRequests()).hasSize(1);
    }

    @Test
    void a_restart_refreshes_nothing_that_is_not_due() {
        books.connected().awaitReady();
        restart();
        books.awaitReady();
        assertThat(books.provider.tokenRequests()).hasSize(1);
    }

    @Test
    void a_suspended_connection_sends_nothing_and_goes_on_later() {
        books.connected();
        books.patch("{\"spec\":{\"suspend\":true}}");
        books.awaitCondition("Ready", "True", Reason.TokenCurrent, "Suspended: spec.suspend is true");
        books.requestRefresh("1");
        world.clock.move(Duration.ofHours(2));
        books.nudge();
        books.awaitCondition("Ready", "False", Reason.Suspended, "spec.suspend is true");
        assertThat(books.condition("Reconciling").getStatus()).isEqualTo("False");
        assertThat(books.provider.tokenRequests()).hasSize(1);

        books.patch("{\"spec\":{\"suspend\":false}}");
        books.awaitToken(2).awaitReady();
    }

    @Test
    void routine_refreshes_leave_ready_true_and_reconciling_false() {
        books.provider.lifetime(12);
        books.connected().awaitReady();
        int first = world.history("books").size();
        books.awaitToken(3).awaitReady();
        assertThat(books.valuesOf("Ready", first)).containsExactly("True");
        assertThat(books.valuesOf("Reconciling", first)).containsExactly("False");
        assertThat(books.valuesOf("Stalled", first)).containsExactly("False");
    }

    @Test
    void a_label_on_the_connection_never_reaches_the_provider() {
        books.connected().awaitReady();
        books.patch("{\"metadata\":{\"labels\":{\"team\":\"finance\"},\"annotations\":{\"note\":\"hello\"}}}");
        world.client.secrets().inNamespace("default").withName("books").edit(secret -> {
            secret.getMetadata().getLabels().put("team", "finance");
            return secret;
        });
        books.nudge();
        books.awaitReady();
        assertThat(books.provider.tokenRequests()).hasSize(1);
        assertThat(books.tokenSecret().map(Secret::getMetadata).orElseThrow().getLabels())
                .containsEntry("team", "finance");
    }
}

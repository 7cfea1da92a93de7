package dev.oauthconnection.operator;

import static dev.oauthconnection.operator.ScriptedProvider.error;
import static dev.oauthconnection.operator.ScriptedProvider.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Reason;
import dev.oauthconnection.oauth.ScriptedServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A provider that refuses: what is said, that it is not pestered, and how it ends. */
class RefusalsIT extends OnOperatorWorld {
    /** Looks at the connection often, and again after each of the pauses that a backoff could make. */
    private void pester() {
        for (int times = 0; times < 5; times++) {
            world.clock.move(Duration.ofSeconds(31));
            books.nudge();
        }
    }

    @Test
    void scopes_that_the_provider_did_not_grant_are_named_and_the_token_is_served() {
        books.provider.next(
                ScriptedProvider.json(200, books.provider.answer("\"expires_in\":3600,\"scope\":\"read\"")));
        books.applied("scopes: [read, write, offline_access]");

        books.awaitCondition("Ready", "True", Reason.TokenCurrent, "ScopesReduced: the provider did not grant write");
        books.awaitNotStalled();
        assertThat(books.accessToken()).isEqualTo(books.provider.accessToken(1));
        assertThat(books.status().orElseThrow().token().scopes()).containsExactly("read");
        assertThat(books.provider.tokenRequests()).hasSize(1);
    }

    @Test
    void scopes_that_are_refused_are_told_and_other_ones_are_asked_for_at_once() {
        books.provider.always(error("invalid_scope"));
        books.service("scopes: [everything]");
        books.awaitStalled(
                Reason.RequestRefused,
                "the provider refused with invalid_scope (says the provider): check scopes and provider; the grant is kept");
        pester();
        books.awaitCondition("Ready", "False", Reason.RequestRefused, "invalid_scope");
        assertThat(books.provider.tokenRequests()).hasSize(1);

        books.provider.repaired();
        books.patch("{\"spec\":{\"scopes\":[\"something\"]}}");

        books.awaitToken(1).awaitNotStalled();
        assertThat(books.provider.tokenRequests().getLast()).containsEntry("scope", "something");
    }

    @Test
    void client_credentials_follow_a_change_of_the_scopes() {
        books.service("scopes: [one]").awaitToken(1).awaitReady();
        books.patch("{\"spec\":{\"scopes\":[\"one\",\"two\"]}}");
        books.awaitToken(2).awaitReady();
        assertThat(books.provider.tokenRequests().getLast()).containsEntry("scope", "one two");
    }

    @Test
    void a_refresh_that_is_refused_keeps_the_grant_and_is_tried_again_slowly() {
        books.connected();
        books.provider.next(error("invalid_scope"));
        books.requestRefresh("1");
        books.awaitStalled(Reason.RequestRefused, "the provider refused with invalid_scope");
        pester();
        assertServedAndKept(2);

        world.clock.move(Duration.ofHours(1));
        books.nudge();
        books.awaitToken(2).awaitNotStalled();
    }

    @Test
    void an_error_with_status_200_is_a_refusal() {
        books.connected();
        books.provider.next(
                json(200, "{\"error\":\"invalid_request\",\"error_description\":\"no <b>such</b> thing\"}"));
        books.requestRefresh("1");
        books.awaitStalled(Reason.RequestRefused, "the provider refused with invalid_request (no <b>such</b> thing)");
        pester();
        assertServedAndKept(2);
    }

    @Test
    void a_provider_that_repeats_the_secrets_it_was_sent_is_not_quoted_with_them() {
        books.connected();
        books.provider.next((form, out) ->
                out.write(json(400, "{\"error\":\"invalid_request\",\"error_description\":\"who is " + form + "?\"}")
                        .getBytes(StandardCharsets.UTF_8)));
        books.requestRefresh("1");
        books.awaitStalled(Reason.RequestRefused, "refresh_token=[redacted]");
    }

    @Test
    void a_provider_that_asks_for_a_pause_gets_it() {
        books.connected();
        books.provider.next(ScriptedServer.http(503, "Retry-After: 300\r\n", ""));
        books.requestRefresh("1");
        books.awaitCondition(
                "Ready", "True", Reason.TokenCurrent, "ProviderUnavailable: the token endpoint answered 503");
        pester();
        assertServedAndKept(2);
        assertThat(books.condition("Stalled").getStatus()).isEqualTo("False");

        world.clock.move(Duration.ofMinutes(5));
        books.nudge();
        books.awaitToken(2);
    }

    @Test
    void a_refused_grant_asks_for_consent_beside_the_token_and_is_tried_again_after_an_hour() {
        books.connected();
        books.provider.always(error("invalid_grant"));
        books.requestRefresh("1");
        books.awaitStalled(
                Reason.GrantRefused, "the provider refused the refresh token (invalid_grant): give consent again");
        pester();
        assertServedAndKept(2);
        assertThat(books.status().orElseThrow().consent().url())
                .isEqualTo("http://localhost:5500/connect/default/books");

        books.provider.repaired();
        world.clock.move(Duration.ofMinutes(62));
        books.nudge();
        books.awaitToken(2).awaitNotStalled();
        assertThat(books.status().orElseThrow().consent()).isNull();
    }

    @Test
    void a_refused_grant_is_tried_again_once_the_client_secret_changes_also_after_a_restart() {
        books.connected();
        books.provider.always(error("invalid_grant"));
        books.requestRefresh("1");
        books.awaitStalled(Reason.GrantRefused, "give consent again");
        world.stopOperator();
        books.patch("{\"spec\":{\"secret\":{\"labels\":{\"restarted\":\"yes\"}}}}");
        long generation = books.resource().get().getMetadata().getGeneration();
        world.startOperator();
        LiveConnection.soon().until(() -> books.status().orElseThrow().observedGeneration() == generation);
        assertThat(books.provider.tokenRequests()).hasSize(2);

        books.provider.repaired();
        books.applyClient("app", "changed-" + LiveConnection.CLIENT_SECRET);
        books.nudge();
        books.awaitToken(2).awaitNotStalled();
    }

    @Test
    void a_refused_grant_is_not_ready_once_its_token_has_lapsed() {
        books.connected();
        books.provider.always(error("invalid_grant"));
        world.clock.move(Duration.ofHours(2));
        books.nudge();
        books.awaitCondition("Ready", "False", Reason.GrantRefused, "give consent again; it is tried again at 20");
        assertThat(books.condition("Stalled").getStatus()).isEqualTo("True");
    }

    @Test
    void an_answer_that_was_lost_without_grace_is_said_to_be_the_reason() {
        books.provider.lifetime(20);
        books.connected();
        books.provider.next(json(200, "<html>"));
        books.provider.always(error("invalid_grant"));
        books.requestRefresh("1");
        books.awaitStalled(Reason.GrantLost, "give consent again");
        pester();
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.events(Reason.GrantLost)).hasSize(1));
        assertThat(world.registry.scrape()).contains("oauthconnection_grants_lost_total{window=\"AnswerLost\"} 1.0");
        assertThat(books.provider.redeemed())
                .containsExactly(
                        books.provider.refreshToken(0), books.provider.refreshToken(1), books.provider.refreshToken(1));
        assertThat(books.kept()).containsExactly(books.provider.refreshToken(1));
    }

    @Test
    void a_token_too_large_for_a_secret_is_reported_without_a_storm_and_its_grant_is_kept() {
        books.connected();
        String huge = "{\"access_token\":\"" + "x".repeat(300_000) + "\",\"refresh_token\":\"secret-rt-huge\"}";
        books.provider.always(json(200, huge));
        world.clock.move(Duration.ofMinutes(50));
        books.nudge();
        books.awaitSaid("is larger than 256 KiB");
        books.nudge();
        assertThat(books.kept()).contains("secret-rt-huge");
        assertThat(books.accessToken()).isEqualTo(books.provider.accessToken(1));
        assertThat(books.provider.tokenRequests()).hasSizeLessThan(5);

        books.provider.repaired();
        world.clock.move(Duration.ofMinutes(6));
        books.nudge();
        books.awaitToken(2);
    }

    private void assertServedAndKept(int requests) {
        books.awaitReady();
        assertThat(books.accessToken()).isEqualTo(books.provider.accessToken(1));
        assertThat(books.kept()).containsExactly(books.provider.refreshToken(1));
        assertThat(books.provider.tokenRequests()).hasSize(requests);
    }
}

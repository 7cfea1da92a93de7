package dev.oauthconnection.operator;

import static dev.oauthconnection.operator.ScriptedProvider.error;
import static dev.oauthconnection.operator.ScriptedProvider.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Reason;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A provider whose refresh tokens are not consumed: nothing is armed, nothing is in doubt, and a refusal is told as anywhere else. */
class NoRotationIT extends OnOperatorWorld {
    @BeforeEach
    void connect() {
        books.provider.withoutRotation();
        books.whereRefreshTokens("rotation: None").connected();
    }

    @Test
    void a_refresh_uses_the_same_refresh_token_again_and_keeps_it() {
        books.requestRefresh("1");

        books.awaitToken(2).awaitReady();
        assertRedeemedOnlyTheOne(2);
        assertThat(books.grant().handled().refresh()).isEqualTo("1");
    }

    @Test
    void after_an_answer_that_was_lost_the_token_is_used_again_at_once() {
        long epoch = books.grant().epoch();
        books.provider.next(json(200, "<html>"));
        books.requestRefresh("1");

        books.awaitToken(2).awaitReady();
        assertRedeemedOnlyTheOne(3);
        // An arming would have raised the epoch once more, and its fence would have been waited for.
        assertThat(books.grant().epoch()).isEqualTo(epoch + 1);
    }

    @Test
    void a_requested_refresh_that_is_refused_asks_for_consent_and_is_not_sent_again() {
        books.provider.always(error("invalid_grant"));
        books.requestRefresh("1");

        assertRefusedAndNotPestered();
        assertThat(books.grant().handled().refresh()).isEqualTo("1");
        assertThat(books.valuesOf("Reconciling", world.history("books").size() - 1))
                .containsExactly("False");
    }

    @Test
    void a_due_refresh_that_is_refused_asks_for_consent_and_is_not_sent_again() {
        books.provider.always(error("invalid_grant"));
        world.clock.move(Duration.ofMinutes(50));
        books.nudge();

        assertRefusedAndNotPestered();
    }

    @Test
    void a_refused_grant_is_tried_again_after_an_hour_and_comes_back() {
        books.provider.always(error("invalid_grant"));
        books.requestRefresh("1");
        books.awaitStalled(Reason.GrantRefused, "give consent again");

        books.provider.repaired();
        world.clock.move(Duration.ofMinutes(62));
        books.nudge();

        books.awaitToken(2).awaitNotStalled();
        assertRedeemedOnlyTheOne(3);
    }

    @Test
    void another_request_tries_a_refused_grant_once_more() {
        books.provider.always(error("invalid_grant"));
        books.requestRefresh("1");
        books.awaitStalled(Reason.GrantRefused, "give consent again");

        books.requestRefresh("2");

        LiveConnection.soon()
                .untilAsserted(
                        () -> assertThat(books.grant().handled().refresh()).isEqualTo("2"));
        books.awaitStalled(Reason.GrantRefused, "give consent again");
        assertRedeemedOnlyTheOne(3);
    }

    private void assertRefusedAndNotPestered() {
        books.awaitStalled(
                Reason.GrantRefused, "the provider refused the refresh token (invalid_grant): give consent again");
        for (int times = 0; times < 5; times++) {
            world.clock.move(Duration.ofMinutes(6));
            books.nudge();
        }
        books.awaitStalled(Reason.GrantRefused, "give consent again");
        assertThat(books.status().orElseThrow().consent().url())
                .isEqualTo("http://localhost:5500/connect/default/books");
        assertRedeemedOnlyTheOne(2);
    }

    private void assertRedeemedOnlyTheOne(int times) {
        assertThat(books.provider.redeemed()).hasSize(times).containsOnly(books.provider.refreshToken(0));
        assertThat(books.kept()).containsExactly(books.provider.refreshToken(0));
    }
}

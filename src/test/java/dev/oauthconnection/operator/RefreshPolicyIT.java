package dev.oauthconnection.operator;

import static dev.oauthconnection.operator.ScriptedProvider.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.api.Reason;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What the author of a connection, and the facts about its provider, make of a refresh. */
class RefreshPolicyIT extends OnOperatorWorld {
    private static final String LOST = json(200, "<html>");

    @Test
    void a_grant_that_lapses_unused_is_refreshed_before_although_the_token_is_good() {
        books.whereRefreshTokens("idleLifetime: 20m").connected();
        books.awaitReady();
        assertThat(nextRefreshIn()).isBetween(Duration.ofMinutes(17), Duration.ofMinutes(18));

        world.clock.move(Duration.ofMinutes(19));
        books.nudge();

        books.awaitToken(2);
    }

    @Test
    void a_grant_that_need_not_be_kept_alive_is_refreshed_when_the_token_needs_it_and_not_before() {
        books.whereRefreshTokens("idleLifetime: 20m").applied("refresh: {keepGrantAlive: false}");
        books.awaitToken(1).awaitReady();
        assertThat(nextRefreshIn()).isBetween(Duration.ofMinutes(33), Duration.ofMinutes(40));

        world.clock.move(Duration.ofMinutes(19));
        books.patch("{\"spec\":{\"secret\":{\"labels\":{\"looked\":\"at\"}}}}");
        LiveConnection.soon().until(() -> books.tokenSecret()
                .orElseThrow()
                .getMetadata()
                .getLabels()
                .containsKey("looked"));
        assertThat(books.provider.tokenRequests()).hasSize(1);

        world.clock.move(Duration.ofMinutes(22));
        books.nudge();
        books.awaitToken(2);
    }

    @Test
    void a_refresh_that_ends_the_published_token_is_made_as_late_as_is_safe() {
        books.whereRefreshTokens("refreshEndsAccessToken: true").connected();
        books.awaitReady();

        assertThat(nextRefreshIn())
                .isBetween(
                        Duration.ofHours(1).minusSeconds(181),
                        Duration.ofHours(1).minusSeconds(90));
    }

    @Test
    void while_a_refresh_may_have_ended_the_published_token_nobody_claims_that_it_is_ready() {
        books.provider.lifetime(20);
        books.whereRefreshTokens("refreshEndsAccessToken: true").connected();
        books.awaitReady();
        books.provider.next(LOST);

        books.requestRefresh("1");

        books.awaitCondition("Ready", "Unknown", Reason.RedemptionUncertain, "a refresh ends the published token here");
        books.awaitToken(2).awaitReady();
    }

    @Test
    void an_ambiguity_that_is_held_is_told_with_its_epoch_and_nothing_is_sent() {
        long epoch = hold();

        for (int times = 0; times < 5; times++) {
            world.clock.move(Duration.ofMinutes(6));
            books.nudge();
        }

        books.awaitCondition("Ready", "False", Reason.RedemptionHeld, advice(epoch));
        assertThat(books.status().orElseThrow().consent().url())
                .isEqualTo("http://localhost:5500/connect/default/books");
        assertThat(books.provider.redeemed())
                .containsExactly(books.provider.refreshToken(0), books.provider.refreshToken(1));
        assertThat(books.kept()).containsExactly(books.provider.refreshToken(1));
    }

    @Test
    void an_ambiguity_that_an_admin_releases_is_replayed_with_the_same_token() {
        long epoch = hold();

        release(epoch);

        books.awaitToken(2).awaitNotStalled();
        assertThat(books.provider.redeemed())
                .containsExactly(
                        books.provider.refreshToken(0), books.provider.refreshToken(1), books.provider.refreshToken(1));
    }

    @Test
    void a_release_counts_for_the_ambiguity_it_names_and_for_no_later_one() {
        long epoch = hold();
        books.provider.next(LOST);

        release(epoch);

        books.awaitStalled(Reason.RedemptionHeld, advice(epoch + 1));
        assertThat(books.provider.tokenRequests()).hasSize(3);
    }

    /** A connection whose refresh had no readable answer, and whose author wants to be asked. Says the epoch that is held. */
    private long hold() {
        books.provider.lifetime(20);
        books.applied("refresh: {onAmbiguousRedemption: Hold}");
        books.awaitToken(1).awaitReady();
        books.provider.next(LOST);
        books.requestRefresh("1");
        books.awaitStalled(Reason.RedemptionHeld, "the answer to a refresh was lost on its way");
        return books.grant().epoch();
    }

    /** What the message tells an admin to do. */
    private static String advice(long epoch) {
        return Names.RELEASE + ": \"" + epoch + "\"";
    }

    private void release(long epoch) {
        books.grantSecret()
                .patch(
                        OperatorWorld.mergePatch(),
                        "{\"metadata\":{\"annotations\":{\"" + Names.RELEASE + "\":\"" + epoch + "\"}}}");
    }

    private Duration nextRefreshIn() {
        OAuthConnectionStatus.Token token = books.status().orElseThrow().token();
        return Duration.between(Instant.parse(token.refreshedAt()), Instant.parse(token.nextRefreshAt()));
    }
}

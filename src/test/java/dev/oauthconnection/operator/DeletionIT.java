package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.delivery.TokenSecrets;
import dev.oauthconnection.grant.Candidate;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantChanges;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.grant.GrantStore;
import dev.oauthconnection.network.Networks;
import dev.oauthconnection.oauth.BoundedHttp;
import dev.oauthconnection.oauth.Revocation;
import dev.oauthconnection.observe.Events;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Connections that go: what becomes of their grant, and of an answer that is under way. */
class DeletionIT extends OnOperatorWorld {
    private void awaitGone() {
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.resource().get()).isNull());
    }

    private List<String> kept(GrantKey key) {
        return world.grant(key).orElseThrow().candidates().stream()
                .map(Candidate::token)
                .toList();
    }

    @Test
    void a_grant_is_retained_and_adopted_by_the_connection_that_comes_back() {
        books.connected().awaitReady();
        books.resource().delete();
        awaitGone();
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.tokenSecret()).isEmpty());
        assertThat(books.kept()).containsExactly(books.provider.refreshToken(1));

        books.applied().awaitToken(1).awaitReady();

        assertThat(books.provider.tokenRequests()).hasSize(1);
    }

    @Test
    void a_grant_is_revoked_where_that_is_asked_for() {
        books.applied("onDelete: Revoke").awaitToken(1).awaitReady();
        books.resource().delete();
        awaitGone();
        assertThat(books.provider.revocations()).singleElement().satisfies(form -> assertThat(form)
                .containsEntry("token", books.provider.refreshToken(1)));
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(world.grant(books.key())).isEmpty());
    }

    @Test
    void a_revocation_that_nobody_confirms_is_given_up_after_ten_minutes() throws IOException {
        books.applied("onDelete: Revoke").awaitToken(1).awaitReady();
        books.provider.close();
        books.resource().delete();
        books.nudge();
        assertThat(books.resource().get()).isNotNull();

        world.clock.move(Duration.ofMinutes(11));
        books.nudge();

        awaitGone();
        assertThat(books.kept()).containsExactly(books.provider.refreshToken(1));
    }

    @Test
    void a_namespace_that_is_deleted_waits_a_minute_at_most() {
        GrantKey key = books.key();
        books.applied("onDelete: Revoke").awaitToken(1).awaitReady();
        books.provider.revocations(ScriptedProvider.json(503, "{}"));
        world.client.namespaces().withName("default").delete();
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(world.findSecret("books-app")).isEmpty());
        assertThat(books.resource().get()).isNotNull();
        books.awaitCondition("Ready", "False", Reason.Deleting, "the revocation is not confirmed yet");
        int said = world.history("books").size();
        for (int i = 0; i < 20; i++) {
            books.nudge();
        }
        books.awaitCondition("Ready", "False", Reason.Deleting, "the revocation is not confirmed yet");
        assertThat(world.history("books")).hasSizeLessThanOrEqualTo(said + 1);
        assertThat(books.provider.revocations()).hasSizeLessThanOrEqualTo(2);

        world.clock.move(Duration.ofSeconds(62));
        books.nudge();

        LiveConnection.soon().untilAsserted(() -> assertThat(
                        world.client.namespaces().withName("default").get())
                .isNull());
        assertThat(kept(key)).containsExactly(books.provider.refreshToken(1));
    }

    @Test
    void a_namespace_with_a_connection_that_retains_its_grant_goes_at_once() {
        GrantKey key = books.key();
        books.connected().awaitReady();
        world.client.namespaces().withName("default").delete();
        LiveConnection.soon().untilAsserted(() -> assertThat(
                        world.client.namespaces().withName("default").get())
                .isNull());
        assertThat(kept(key)).containsExactly(books.provider.refreshToken(1));
        assertThat(books.provider.tokenRequests()).hasSize(1);
    }

    @Test
    void a_grant_that_was_written_since_it_was_seen_does_not_go_with_its_connection() {
        books.connected().awaitReady();
        GrantSecrets store = new GrantSecrets(world.client, OperatorWorld.OPERATOR_NAMESPACE);
        GrantStore.Stored seen = store.read(books.key()).orElseThrow();
        Instant now = world.clock.instant();
        Grant revoked = GrantChanges.revoked(GrantChanges.askRevocation(seen.grant(), null, now), now);
        GrantCache cache = new GrantCache(System::nanoTime);
        cache.remember(new GrantStore.Stored(revoked, seen.version(), 0, ""));
        books.requestRefresh("1");
        books.awaitToken(2);

        new Endings(
                        world.client,
                        OperatorWorld.OPERATOR_NAMESPACE,
                        store,
                        cache,
                        new TokenSecrets(world.client),
                        new Revocation(new BoundedHttp(Networks.open(), Duration.ofSeconds(5))),
                        new RetryMemory(),
                        world.clock,
                        new Events(world.client, world.clock, "test"))
                .gone(books.resource().get(), books.key(), false);

        assertThat(books.kept()).containsExactly(books.provider.refreshToken(2));
    }

    @Test
    void an_answer_that_comes_after_the_connection_was_deleted_is_committed() {
        books.connected().awaitReady();
        CountDownLatch answered = new CountDownLatch(1);
        books.provider.next(books.provider.after(answered));
        books.requestRefresh("1");
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.provider.tokenRequests()).hasSize(2));
        books.resource().delete();
        awaitGone();

        answered.countDown();

        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.kept()).containsExactly(books.provider.refreshToken(2)));
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.tokenSecret()).isEmpty());
        books.applied().awaitToken(2).awaitReady();
        assertThat(books.provider.redeemed())
                .containsExactly(books.provider.refreshToken(0), books.provider.refreshToken(1));
    }

    @Test
    void an_answer_that_comes_after_the_grant_secret_was_deleted_makes_it_again() {
        books.connected().awaitReady();
        CountDownLatch answered = new CountDownLatch(1);
        books.provider.next(books.provider.after(answered));
        books.requestRefresh("1");
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.provider.tokenRequests()).hasSize(2));
        books.grantSecret().delete();

        answered.countDown();

        books.awaitToken(2).awaitReady();
        assertThat(books.kept()).containsExactly(books.provider.refreshToken(2));
    }

    @Test
    void a_connection_that_comes_back_while_the_end_of_the_one_before_is_seen_to_is_served()
            throws InterruptedException {
        books.applied("onDelete: Revoke").awaitToken(1).awaitReady();
        BrokenApi.Held endOfTheOneBefore = world.api.hold("GET", "/oauthconnections/books");
        books.resource().delete();
        endOfTheOneBefore.awaitCome();

        books.applySpec("grantType: AuthorizationCode");
        watchIsPastThis();
        endOfTheOneBefore.release();

        books.awaitCondition("Ready", "False", Reason.AwaitingConsent, "");
    }

    @Test
    void a_connection_that_goes_and_comes_back_while_it_is_looked_at_is_served() throws InterruptedException {
        BrokenApi.Held look = world.api.hold("PATCH", "/oauthconnections/books/status");
        books.applySpec("grantType: AuthorizationCode");
        look.awaitCome();

        books.resource().delete();
        awaitGone();
        books.applySpec("grantType: AuthorizationCode\nonDelete: Revoke");
        watchIsPastThis();
        look.release();

        LiveConnection.soon().untilAsserted(() -> assertThat(
                        books.resource().get().getMetadata().getFinalizers())
                .containsExactly(Names.FINALIZER));
    }

    /** What happened so far to connections has reached the operator: events come in order. */
    private void watchIsPastThis() {
        world.connection("later").connected().awaitReady();
    }
}

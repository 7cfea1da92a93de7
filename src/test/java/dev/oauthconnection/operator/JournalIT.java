package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.grant.Answer;
import dev.oauthconnection.grant.Binding;
import dev.oauthconnection.grant.Candidate;
import dev.oauthconnection.grant.FolderJournal;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.HandledRequests;
import dev.oauthconnection.grant.Journal;
import dev.oauthconnection.grant.JournalEntry;
import dev.oauthconnection.oauth.TokenAnswer;
import io.fabric8.kubernetes.api.model.Event;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Answers that are in the journal and not in the grant Secret: they are stored though nothing happens, and one in trouble delays no other. */
class JournalIT extends OnOperatorWorld {
    @Test
    void a_consent_that_could_not_be_stored_is_stored_without_any_event() {
        books.awaitingConsent();

        journal().keep(consent(books, "", "secret-rt-books-consented"));

        books.awaitToken(0);
        assertThat(books.kept()).containsExactly("secret-rt-books-consented");
        assertThat(journal().entries()).isEmpty();
    }

    @Test
    void a_process_that_ends_stores_what_is_in_the_journal() {
        books.awaitingConsent();

        journal().keep(consent(books, "", "secret-rt-books-consented"));
        world.stopOperator();

        assertThat(books.kept()).containsExactly("secret-rt-books-consented");
        assertThat(journal().entries()).isEmpty();
    }

    @Test
    void a_process_that_cannot_finish_what_is_in_flight_stores_what_is_in_the_journal() throws Exception {
        books.connected();
        LiveConnection shop = world.connection("shop").awaitingConsent();
        world.stopOperator();
        OperatorProcess process = world.launchOperator(Configuration.Scope.ALL, Duration.ofSeconds(1));
        process.start();
        CountDownLatch answered = new CountDownLatch(1);
        books.provider.next(books.provider.after(answered));
        books.requestRefresh("1");
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.provider.tokenRequests()).hasSize(2));

        journal().keep(consent(shop, "", "secret-rt-shop-consented"));
        process.close();

        assertThat(world.inFlight().isIdle()).isFalse();
        assertThat(shop.kept()).containsExactly("secret-rt-shop-consented");
        answered.countDown();
        LiveConnection.soon().until(() -> world.inFlight().isIdle());
    }

    @Test
    void an_answer_is_stored_before_the_operator_may_start() {
        books.awaitingConsent();
        world.stopOperator();
        journal().keep(consent(books, "", "secret-rt-books-consented"));

        world.launchOperator().recover();

        awaitEmpty();
        assertThat(books.kept()).containsExactly("secret-rt-books-consented");
    }

    @Test
    void an_answer_that_may_not_be_stored_at_first_is_stored_before_the_operator_may_start() {
        books.awaitingConsent();
        world.stopOperator();
        journal().keep(consent(books, "", "secret-rt-books-consented"));
        world.api.refuse("GET", "/secrets", 403);

        world.launchOperator().recover();
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(world.api.refused()).hasSizeGreaterThan(1));
        world.api.repaired();

        awaitEmpty();
        assertThat(books.kept()).containsExactly("secret-rt-books-consented");
    }

    @Test
    void what_is_to_be_revoked_waits_until_the_providers_are_known() {
        books.connected();
        world.stopOperator();
        journal().keep(consent(books, "the grant before", "secret-rt-books-late"));

        world.launchOperator().recover();

        LiveConnection.soon().untilAsserted(() -> assertThat(journal().entries())
                .singleElement()
                .satisfies(entry -> assertThat(entry.unwanted()).isNotNull()));
        world.stopOperator();
        assertThat(journal().entries()).hasSize(1);
        assertThat(events()).noneMatch(e -> e.getMessage().contains("is not revoked yet"));
    }

    @Test
    void what_another_consent_left_behind_is_revoked_and_told_after_a_restart() {
        books.connected();
        world.stopOperator();
        journal().keep(consent(books, "the grant before", "secret-rt-books-late"));

        world.startOperator();

        LiveConnection.soon().untilAsserted(() -> assertThat(books.provider.revocations())
                .anySatisfy(form -> assertThat(form).containsEntry("token", "secret-rt-books-late")));
        LiveConnection.soon().untilAsserted(() -> assertThat(events())
                .anyMatch(e -> e.getMessage().contains("Its refresh token was revoked")));
        assertThat(books.kept()).containsExactly(books.provider.refreshToken(1));
    }

    @Test
    void a_late_answer_whose_revocation_fails_is_kept_and_revoked_later_also_by_the_next_process() {
        books.connected();
        books.provider.revocations(ScriptedProvider.json(503, "{}"));
        journal().keep(consent(books, "the grant before", "secret-rt-books-late"));
        LiveConnection.soon().untilAsserted(() -> assertThat(events())
                .anyMatch(e -> e.getMessage().contains("the revocation endpoint answered 503; it is tried again")));
        assertThat(journal().entries()).hasSize(1);
        world.stopOperator();
        assertThat(journal().entries()).hasSize(1);

        books.provider.repaired();
        world.startOperator();

        awaitEmpty();
        assertThat(events()).anyMatch(e -> e.getMessage().contains("Its refresh token was revoked"));
        assertThat(books.kept()).containsExactly(books.provider.refreshToken(1));
    }

    @Test
    void a_late_answer_is_revoked_although_the_connection_could_not_be_read_at_first() {
        books.connected().awaitReady();
        world.api.refuse("GET", "/namespaces/default/oauthconnections/books", 503);
        journal().keep(consent(books, "the grant before", "secret-rt-books-late"));
        // At once: a look at the connection, which has been read by then, would take it up as well.
        world.recovery().drain();
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(world.api.refused()).isNotEmpty());
        assertThat(journal().entries()).hasSize(1);

        world.api.repaired();

        awaitEmpty();
        assertThat(books.provider.revocations()).singleElement().satisfies(form -> assertThat(form)
                .containsEntry("token", "secret-rt-books-late"));
    }

    @Test
    void a_late_answer_whose_revocation_fails_is_asked_about_with_growing_pauses() {
        books.connected();
        books.provider.revocations(ScriptedProvider.json(503, "{}"));
        journal().keep(consent(books, "the grant before", "secret-rt-books-late"));
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.provider.revocations()).isNotEmpty());

        for (int i = 0; i < 20; i++) {
            world.recovery().drain();
            books.nudge();
        }

        assertThat(books.provider.revocations()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void a_late_answer_whose_revocation_nobody_confirms_for_a_day_is_given_up_and_told() {
        books.connected();
        books.provider.revocations(ScriptedProvider.json(503, "{}"));
        journal().keep(consent(books, "the grant before", "secret-rt-books-late"));
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.provider.revocations()).isNotEmpty());

        world.clock.move(Duration.ofHours(25));

        awaitEmpty();
        assertThat(events()).anyMatch(e -> e.getMessage().contains("given up after 24 h"));
    }

    @Test
    void a_late_answer_of_a_connection_that_is_gone_waits_for_it_a_day_and_no_longer() {
        books.connected();
        books.resource().delete();
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.resource().get()).isNull());
        journal().keep(consent(books, "the grant before", "secret-rt-books-late"));
        world.recovery().drain();
        assertThat(journal().entries()).hasSize(1);

        world.clock.move(Duration.ofHours(25));

        awaitEmpty();
    }

    private void awaitEmpty() {
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(journal().entries()).isEmpty());
    }

    @Test
    void a_grant_that_cannot_be_read_keeps_neither_the_operator_from_starting_nor_another_answer_from_its_grant() {
        books.connected();
        LiveConnection invoices = world.connection("invoices").awaitingConsent();
        world.stopOperator();
        journal().keep(consent(books, "", "secret-rt-books-consented"));
        journal().keep(consent(invoices, "", "secret-rt-invoices-consented"));
        String nonsense = Base64.getEncoder().encodeToString("{\"key\":".getBytes(StandardCharsets.UTF_8));
        books.grantSecret().patch(OperatorWorld.mergePatch(), "{\"data\":{\"grant\":\"" + nonsense + "\"}}");

        world.startOperator();

        invoices.awaitToken(0);
        assertThat(journal().entries()).singleElement().satisfies(kept -> assertThat(kept.key())
                .isEqualTo(books.key()));
    }

    private Journal journal() {
        return new FolderJournal(folder.resolve("journal"), (file, why) -> {});
    }

    private List<Event> events() {
        return world.client.v1().events().inNamespace("default").list().getItems();
    }

    private JournalEntry consent(LiveConnection connection, String replaces, String refreshToken) {
        String id = "consent-of-" + connection.name;
        TokenAnswer answer = new TokenAnswer(
                connection.provider.accessToken(0), "Bearer", Duration.ofHours(1), refreshToken, null, null);
        Binding binding = new Binding(
                null,
                connection.provider.uri("/token"),
                connection.provider.uri("/revoke"),
                "app",
                ClientAuthentication.Basic);
        Grant grant = new Grant(
                connection.key(),
                id,
                GrantType.AuthorizationCode,
                binding,
                1,
                null,
                List.of(new Candidate(1, null, refreshToken, null, null, 0, null)),
                answered(answer),
                List.of(id),
                List.of(),
                HandledRequests.NONE,
                null,
                null);
        return new JournalEntry(id, grant, 0, 0, answer, world.clock.instant(), Duration.ZERO, null, replaces);
    }

    private Answer answered(TokenAnswer answer) {
        return new Answer(
                1,
                answer.accessToken(),
                answer.tokenType(),
                world.clock.instant(),
                world.clock.instant().plus(answer.lifetime()),
                List.of(),
                null,
                null);
    }
}

package dev.oauthconnection.operator;

import static dev.oauthconnection.operator.ScriptedProvider.error;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.Reason;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A refresh token from elsewhere: taken once, a spent one never again, another one when the grant is over. */
class ExistingGrantIT extends OnOperatorWorld {
    private void existing(String refreshToken) {
        world.secret("books-existing", Map.of("refresh_token", refreshToken));
    }

    private void readAgain() {
        world.clock.move(Duration.ofSeconds(31));
        books.nudge();
    }

    @Test
    void an_existing_grant_that_may_not_be_read_is_told_and_taken_later() {
        world.api.refuse("GET", "/namespaces/default/secrets/books-existing", 403);
        books.applied();
        books.awaitStalled(Reason.ExistingGrantInvalid, "the Secret books-existing cannot be read (HTTP 403)");

        world.api.repaired();
        world.clock.move(Duration.ofSeconds(31));
        books.nudge();
        books.awaitToken(1).awaitNotStalled();
    }

    @Test
    void a_missing_secret_is_named_and_picked_up_when_it_arrives() {
        books.applyProvider(books.provider);
        books.applyClient("app", LiveConnection.CLIENT_SECRET);
        books.applySpec("existingGrant: {secretRef: {name: books-existing}}");
        books.awaitStalled(
                Reason.ExistingGrantInvalid, "there is no Secret books-existing: create it with the key refresh_token");
        assertThat(books.provider.tokenRequests()).isEmpty();

        existing("secret-rt-elsewhere");
        readAgain();

        books.awaitToken(1).awaitNotStalled();
        assertThat(books.provider.redeemed()).containsExactly("secret-rt-elsewhere");
    }

    @Test
    void an_empty_token_is_named() {
        books.applied();
        existing("");
        LiveConnection shop = world.connection("shop");
        shop.applyProvider(shop.provider);
        shop.applyClient("app", LiveConnection.CLIENT_SECRET);
        shop.applySpec("existingGrant: {secretRef: {name: books-existing}}");
        shop.awaitStalled(
                Reason.ExistingGrantInvalid,
                "the Secret books-existing has no refresh_token, or an empty one: fill it in");
    }

    @Test
    void a_token_is_taken_once() {
        books.connected().awaitReady();
        world.stopOperator();
        world.startOperator();
        existing("secret-rt-other");
        books.nudge();
        books.requestRefresh("1");
        books.awaitToken(2);
        assertThat(books.provider.redeemed())
                .containsExactly(books.provider.refreshToken(0), books.provider.refreshToken(1));
    }

    @Test
    void a_spent_token_is_not_taken_again_when_its_grant_is_over_but_another_one_is() {
        books.connected();
        books.provider.always(error("invalid_grant"));
        books.requestRefresh("1");
        books.awaitStalled(Reason.GrantRefused, "give consent again");
        readAgain();
        readAgain();
        books.awaitStalled(Reason.GrantRefused, "give consent again");
        assertThat(books.provider.tokenRequests()).hasSize(2);

        books.provider.repaired();
        existing("secret-rt-another");
        readAgain();

        books.awaitToken(2).awaitNotStalled();
        assertThat(books.provider.redeemed())
                .containsExactly(books.provider.refreshToken(0), books.provider.refreshToken(1), "secret-rt-another");
    }

    @Test
    void a_spent_token_is_not_taken_again_when_the_grant_secret_was_deleted_but_another_one_is() {
        books.connected().awaitReady();
        books.grantSecret().delete();

        books.awaitStalled(
                Reason.ExistingGrantInvalid,
                "the refresh token in the Secret books-existing was taken before, and the grant Secret that was made from it is gone");
        readAgain();
        assertThat(books.provider.tokenRequests()).hasSize(1);
        assertThat(books.accessToken()).isEqualTo(books.provider.accessToken(1));

        existing("secret-rt-another");
        readAgain();
        books.awaitToken(2).awaitNotStalled();
        assertThat(books.provider.redeemed()).containsExactly(books.provider.refreshToken(0), "secret-rt-another");
    }

    @Test
    void what_says_that_a_token_was_taken_outlives_a_new_start_of_the_operator_and_other_refreshes() {
        books.connected();
        books.requestRefresh("1");
        books.awaitToken(2).awaitReady();
        world.stopOperator();
        books.grantSecret().delete();
        world.startOperator();

        books.awaitStalled(Reason.ExistingGrantInvalid, "was taken before");
        assertThat(books.provider.tokenRequests()).hasSize(2);
    }

    @Test
    void a_connection_that_is_made_again_after_its_revocation_takes_the_token_that_is_there() {
        books.applied("onDelete: Revoke").awaitToken(1).awaitReady();
        books.resource().delete();
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.resource().get()).isNull());
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(world.grant(books.key())).isEmpty());

        books.applied("onDelete: Revoke").awaitToken(2).awaitReady();
    }

    @Test
    void a_revoked_connection_takes_another_token_and_not_the_one_of_before() {
        books.connected();
        books.annotate(Names.REVOKE_REQUESTED, "1");
        books.awaitStalled(Reason.Revoked, "");
        readAgain();
        books.awaitStalled(Reason.Revoked, "");
        assertThat(books.provider.tokenRequests()).hasSize(1);

        existing("secret-rt-another");
        readAgain();

        books.awaitToken(2).awaitNotStalled();
    }
}

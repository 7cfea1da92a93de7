package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.Reason;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tenant, or whoever may edit a provider, points a connection at a server of their own, and gets nothing. */
class BindingIT extends OnOperatorWorld {
    private static final Pattern HASH = Pattern.compile("an admin may re-bind it: ([0-9a-zA-Z_-]+)\\)");

    private LiveConnection theirs;

    @BeforeEach
    void connectBooks() {
        books.connected();
        theirs = world.connection("theirs");
        theirs.applyProvider(theirs.provider);
    }

    private void repointTheConnection() {
        books.patch("{\"spec\":{\"provider\":{\"name\":\"theirs\"}}}");
    }

    private String awaitConsentRequired() {
        return books.awaitStalled(
                Reason.ConsentRequired,
                "the grant was given to client app at " + books.provider.uri("/token")
                        + " and is not sent anywhere else: give consent again, or undo the change");
    }

    private void assertTheyGotNothing() {
        books.requestRefresh("now");
        theirs.nudge();
        books.annotate(Names.REFRESH_REQUESTED, "again");
        awaitConsentRequired();
        assertThat(theirs.provider.requests()).isEmpty();
        assertThat(books.provider.tokenRequests()).hasSize(1);
        assertThat(books.kept()).containsExactly(books.provider.refreshToken(1));
        assertThat(books.accessToken()).isEqualTo(books.provider.accessToken(1));
    }

    @Test
    void a_connection_that_names_another_provider_sends_it_nothing_and_asks_for_consent() {
        repointTheConnection();
        awaitConsentRequired();
        assertTheyGotNothing();
        assertThat(books.status().orElseThrow().consent().url())
                .isEqualTo("http://localhost:5500/connect/default/books");
    }

    @Test
    void a_token_endpoint_that_was_edited_gets_nothing() {
        books.applyProvider(theirs.provider);
        awaitConsentRequired();
        assertTheyGotNothing();
    }

    @Test
    void another_client_gets_nothing_of_the_grant() {
        books.applyClient("other-app", "other-secret");
        books.requestRefresh("now");
        awaitConsentRequired();
        assertThat(books.provider.tokenRequests()).hasSize(1);
    }

    @Test
    void the_revocation_goes_where_the_grant_was_given() {
        books.applyProvider(theirs.provider);
        awaitConsentRequired();
        books.annotate(Names.REVOKE_REQUESTED, "1");
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.provider.revocations()).hasSize(1));
        assertThat(theirs.provider.requests()).isEmpty();
    }

    @Test
    void undoing_the_change_goes_on_without_consent() {
        repointTheConnection();
        awaitConsentRequired();
        books.patch("{\"spec\":{\"provider\":{\"name\":\"books\"}}}");
        books.awaitNotStalled();
        books.requestRefresh("1");
        books.awaitToken(2);
        assertThat(theirs.provider.requests()).isEmpty();
    }

    @Test
    void an_admin_may_bind_the_grant_anew() {
        repointTheConnection();
        Matcher hash = HASH.matcher(awaitConsentRequired());
        assertThat(hash.find()).isTrue();

        rebind("not-the-hash");
        books.nudge();
        assertThat(theirs.provider.requests()).isEmpty();
        rebind(hash.group(1));

        books.awaitNotStalled();
        books.requestRefresh("1");
        LiveConnection.soon().untilAsserted(() -> assertThat(theirs.provider.redeemed())
                .containsExactly(books.provider.refreshToken(1)));
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.accessToken()).isEqualTo(theirs.provider.accessToken(1)));
    }

    @Test
    void client_credentials_do_not_take_the_place_of_a_consent_until_it_is_revoked() {
        books.patch("{\"spec\":{\"grantType\":\"ClientCredentials\",\"existingGrant\":null}}");
        books.awaitStalled(Reason.ConsentRequired, "undo the change of grantType, or end the consent first");
        assertThat(books.kept()).containsExactly(books.provider.refreshToken(1));
        assertThat(books.status().orElseThrow().consent()).isNull();

        books.annotate(Names.REVOKE_REQUESTED, "1");
        books.awaitToken(2).awaitNotStalled();
        assertThat(books.provider.revocations()).hasSize(1);
        assertThat(books.provider.tokenRequests().getLast()).containsEntry("grant_type", "client_credentials");
    }

    private void rebind(String hash) {
        books.grantSecret()
                .patch(
                        OperatorWorld.mergePatch(),
                        "{\"metadata\":{\"annotations\":{\"" + Names.REBIND + "\":\"" + hash + "\"}}}");
    }
}

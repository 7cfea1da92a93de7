package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.Grant;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** What people do to grant Secrets: deleted, edited, restored from before. */
class GrantSecretIT extends OnOperatorWorld {
    /** Connected, and then without the existing grant, so that only a consent would bring another one. */
    private void consented() {
        books.connected();
        books.patch("{\"spec\":{\"existingGrant\":null}}");
        books.awaitReady();
    }

    @Test
    void without_its_grant_a_connection_asks_for_consent_and_serves_its_token_while_that_is_valid() {
        consented();
        books.grantSecret().delete();

        LiveConnection.soon()
                .untilAsserted(
                        () -> assertThat(books.status().orElseThrow().consent()).isNotNull());
        books.nudge();
        String message = books.awaitReady();
        assertThat(message).contains("AwaitingConsent: open status.consent.url and enter the code");
        assertThat(books.accessToken()).isEqualTo(books.provider.accessToken(1));

        world.clock.move(Duration.ofHours(2));
        books.nudge();
        books.awaitCondition("Ready", "False", Reason.AwaitingConsent, "open status.consent.url");
        assertThat(books.provider.tokenRequests()).hasSize(1);
    }

    @Test
    void a_status_that_was_edited_by_hand_stops_nothing_and_is_put_right() {
        consented();
        books.resource()
                .subresource("status")
                .patch(OperatorWorld.mergePatch(), "{\"status\":{\"token\":{\"expiresAt\":\"tomorrow\"}}}");
        books.requestRefresh("1");

        books.awaitToken(2).awaitReady();
        LiveConnection.soon().untilAsserted(() -> assertThat(
                        books.status().orElseThrow().token().expiresAt())
                .startsWith("20"));
    }

    @Test
    void a_status_that_was_edited_by_hand_is_put_right_also_without_a_grant() {
        consented();
        books.grantSecret().delete();
        LiveConnection.soon()
                .untilAsserted(
                        () -> assertThat(books.status().orElseThrow().consent()).isNotNull());
        books.resource()
                .subresource("status")
                .patch(OperatorWorld.mergePatch(), "{\"status\":{\"token\":{\"expiresAt\":\"tomorrow\"}}}");
        books.nudge();

        books.awaitCondition("Ready", "False", Reason.AwaitingConsent, "open status.consent.url");
        LiveConnection.soon()
                .untilAsserted(() ->
                        assertThat(String.valueOf(books.status().orElseThrow())).doesNotContain("tomorrow"));
    }

    @Test
    void a_pairing_code_that_cannot_be_written_is_told_and_written_later() {
        world.api.refuse("POST", "/namespaces/default/secrets", 403);
        books.applyProvider(books.provider);
        books.applyClient("app", LiveConnection.CLIENT_SECRET);
        books.applySpec("grantType: AuthorizationCode");
        books.awaitStalled(Reason.DeliveryFailed, "for the pairing code cannot be written (HTTP 403)");

        world.api.repaired();
        books.nudge();
        books.awaitCondition("Ready", "False", Reason.AwaitingConsent, "open status.consent.url");
        books.awaitNotStalled();
    }

    @Test
    void the_grant_of_client_credentials_is_made_again() {
        books.service("").awaitToken(1).awaitReady();
        long epoch = books.grant().epoch();
        books.grantSecret().delete();
        books.awaitToken(2).awaitReady();
        assertThat(books.grant().epoch()).isGreaterThan(epoch);
    }

    @Test
    void a_grant_that_was_edited_into_nonsense_is_reported_and_left_alone() {
        consented();
        write("{\"key\":");
        books.requestRefresh("1");

        books.awaitStalled(
                Reason.GrantUnreadable,
                "the grant Secret " + books.key().secretName()
                        + " cannot be read (it is not well-formed JSON): restore it from a backup, or delete it");
        assertThat(books.condition("Ready").getStatus()).isEqualTo("True");
        assertThat(books.provider.tokenRequests()).hasSize(1);
        assertThat(books.grantSecret().get().getData())
                .containsEntry(
                        "grant", Base64.getEncoder().encodeToString("{\"key\":".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void a_grant_that_lost_what_it_is_bound_to_is_reported() {
        consented();
        String grant =
                LiveConnection.decoded(books.grantSecret().get().getData().get("grant"));
        write(grant.replaceFirst("\"binding\":\\{[^}]*},", ""));
        books.requestRefresh("1");

        books.awaitStalled(Reason.GrantUnreadable, "cannot be read");
        assertThat(books.provider.tokenRequests()).hasSize(1);
    }

    @Test
    void the_grant_of_another_connection_is_not_taken_for_its_own() {
        consented();
        String grant =
                LiveConnection.decoded(books.grantSecret().get().getData().get("grant"));
        write(grant.replace("\"name\":\"books\"", "\"name\":\"others\""));
        books.requestRefresh("1");

        books.awaitStalled(Reason.GrantUnreadable, "it holds the grant of default/others");
        assertThat(books.provider.tokenRequests()).hasSize(1);
    }

    private void write(String grant) {
        String data = Base64.getEncoder().encodeToString(grant.getBytes(StandardCharsets.UTF_8));
        books.grantSecret().patch(OperatorWorld.mergePatch(), "{\"data\":{\"grant\":\"" + data + "\"}}");
    }

    @Test
    void a_grant_secret_without_its_key_is_reported_and_works_again_once_it_is_restored() {
        consented();
        Secret backup = books.grantSecret().get();
        books.grantSecret().patch(OperatorWorld.mergePatch(), "{\"data\":{\"grant\":null}}");
        books.requestRefresh("1");
        books.awaitStalled(Reason.GrantUnreadable, "it has lost its key 'grant'");

        books.restoreGrant(backup);

        books.awaitToken(2).awaitNotStalled();
        assertThat(books.provider.redeemed())
                .containsExactly(books.provider.refreshToken(0), books.provider.refreshToken(1));
    }

    @Test
    void an_annotation_that_was_edited_is_made_again_from_the_grant() {
        consented();
        books.grantSecret()
                .patch(
                        OperatorWorld.mergePatch(),
                        "{\"metadata\":{\"annotations\":{\"" + Names.SUMMARY + "\":\"nonsense\"}}}");
        books.requestRefresh("1");
        books.awaitToken(2).awaitReady();
        assertThat(books.provider.redeemed())
                .containsExactly(books.provider.refreshToken(0), books.provider.refreshToken(1));
    }

    @Test
    void a_grant_restored_from_before_is_not_sent_until_an_admin_releases_it() {
        consented();
        Secret backup = books.grantSecret().get();
        books.requestRefresh("1");
        books.awaitToken(2).awaitReady();
        Grant newest = books.grant();

        books.restoreGrant(backup);

        books.awaitStalled(
                Reason.GrantRolledBack,
                "behind epoch " + newest.epoch()
                        + " that the token Secret was made from (a restored backup?). Nothing is sent.");
        books.patch("{\"spec\":{\"secret\":{\"labels\":{\"team\":\"finance\"}}}}");
        books.requestRefresh("2");
        books.nudge();
        books.awaitStalled(Reason.GrantRolledBack, "oauthconnection.dev/release: \"" + newest.epoch() + "\"");
        assertThat(books.provider.tokenRequests()).hasSize(2);
        assertThat(books.accessToken()).isEqualTo(books.provider.accessToken(2));

        books.grantSecret()
                .patch(
                        OperatorWorld.mergePatch(),
                        "{\"metadata\":{\"annotations\":{\"" + Names.RELEASE + "\":\"" + newest.epoch() + "\"}}}");

        books.awaitToken(3).awaitNotStalled();
        assertThat(books.grant().epoch()).isGreaterThan(newest.epoch());
    }
}

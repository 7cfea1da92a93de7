package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.Reason;
import io.fabric8.kubernetes.api.model.Event;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A revocation that does not go straight: it is repeated until it is confirmed, without a storm, and told when it is over. */
class RevocationIT extends OnOperatorWorld {
    private static final String GRANTS = "/namespaces/" + OperatorWorld.OPERATOR_NAMESPACE + "/secrets/grant-";

    private void later(Duration time) {
        world.clock.move(time);
        books.nudge();
    }

    private List<String> events() {
        return world.client.v1().events().inNamespace("default").list().getItems().stream()
                .map(Event::getMessage)
                .toList();
    }

    private void awaitRevoked() {
        books.awaitStalled(Reason.Revoked, "the grant was revoked as requested");
        assertThat(books.tokenSecret()).isEmpty();
        assertThat(books.kept()).isEmpty();
    }

    @Test
    void a_request_that_cannot_be_stored_is_told_and_tried_with_growing_pauses() {
        books.connected().awaitReady();
        world.api.refuse("PUT", GRANTS, 403);
        books.annotate(Names.REVOKE_REQUESTED, "1");
        books.awaitCondition("Ready", "True", Reason.TokenCurrent, "the grant Secret cannot be written (HTTP 403");
        books.nudge();
        books.nudge();
        assertThat(world.api.refused()).hasSizeLessThanOrEqualTo(2);
        assertThat(books.provider.revocations()).isEmpty();

        world.api.repaired();
        later(Duration.ofMinutes(6));
        awaitRevoked();
    }

    @Test
    void a_confirmation_that_cannot_be_stored_is_not_told_and_not_asked_for_in_a_storm() {
        books.connected().awaitReady();
        books.provider.revocations(ScriptedProvider.json(503, "{}"));
        books.annotate(Names.REVOKE_REQUESTED, "1");
        books.awaitSaid("the revocation is not confirmed yet: the revocation endpoint answered 503");
        int before = books.provider.revocations().size();
        world.api.refuse("PUT", GRANTS, 403);
        books.provider.repaired();
        later(Duration.ofMinutes(6));
        books.awaitSaid("the grant Secret cannot be written (HTTP 403");
        assertThat(books.provider.revocations().size() - before).isLessThanOrEqualTo(2);
        assertThat(events()).noneMatch(said -> said.contains("confirmed the revocation"));

        world.api.repaired();
        later(Duration.ofMinutes(6));
        awaitRevoked();
        assertThat(events()).contains("the provider confirmed the revocation");
    }

    @Test
    void a_token_secret_that_cannot_be_deleted_is_deleted_later() {
        books.connected().awaitReady();
        world.api.refuse("DELETE", "/namespaces/default/secrets/books", 403);
        books.annotate(Names.REVOKE_REQUESTED, "1");
        books.awaitSaid("the grant is revoked, and the token Secret cannot be deleted (HTTP 403)");
        assertThat(books.grant().isRevoked()).isFalse();

        world.api.repaired();
        later(Duration.ofMinutes(6));
        awaitRevoked();
    }

    @Test
    void a_secret_of_somebody_else_outlives_the_revocation() {
        books.connected().awaitReady();
        world.secret("theirs", Map.of("access_token", "not ours"));
        books.patch("{\"spec\":{\"secret\":{\"name\":\"theirs\"}}}");
        books.awaitStalled(Reason.SecretConflict, "theirs");
        books.annotate(Names.REVOKE_REQUESTED, "1");
        books.awaitStalled(Reason.Revoked, "");
        assertThat(world.findSecret("theirs")).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"401, invalid_client", "403, ''"})
    void a_refusal_of_the_client_or_of_a_firewall_is_not_the_last_word(int status, String error) {
        books.connected().awaitReady();
        books.provider.revocations(ScriptedProvider.json(status, "{\"error\":\"" + error + "\"}"));
        books.annotate(Names.REVOKE_REQUESTED, "1");
        books.awaitSaid("the revocation is not confirmed yet: the revocation endpoint answered " + status);
        assertThat(books.kept()).isNotEmpty();

        books.provider.repaired();
        later(Duration.ofMinutes(6));
        awaitRevoked();
        assertThat(events()).contains("the provider confirmed the revocation");
    }

    @Test
    void a_revocation_that_nobody_confirms_for_a_day_is_given_up_and_told() {
        books.connected().awaitReady();
        books.provider.revocations(ScriptedProvider.json(401, "{\"error\":\"invalid_client\"}"));
        books.annotate(Names.REVOKE_REQUESTED, "1");
        books.awaitSaid("the revocation is not confirmed yet");
        later(Duration.ofHours(25));
        awaitForgotten("the provider did not confirm the revocation for 24 h (the revocation endpoint answered 401");
        assertThat(events()).anyMatch(said -> said.startsWith("the provider did not confirm the revocation"));
    }

    @Test
    void where_the_provider_has_no_revocation_endpoint_the_end_is_not_called_a_revocation() {
        books.connected().awaitReady();
        books.patch("{\"spec\":{\"existingGrant\":null}}");
        LiveConnection shop = world.connection("shop");
        shop.applyProviderSpec("""
                authorization: {endpoint: %s}
                token: {endpoint: %s}
                """.formatted(shop.provider.uri("/authorize"), shop.provider.uri("/token")));
        shop.applyClient("app", LiveConnection.CLIENT_SECRET);
        world.secret("shop-existing", Map.of("refresh_token", shop.provider.refreshToken(0)));
        shop.applySpec("existingGrant: {secretRef: {name: shop-existing}}");
        shop.awaitToken(1).awaitReady();
        shop.annotate(Names.REVOKE_REQUESTED, "1");

        assertThat(shop.awaitStalled(Reason.Revoked, "the provider has no revocation endpoint"))
                .contains("end the consent at the provider")
                .doesNotContain("was revoked");
        assertThat(shop.events(Reason.Revoked)).noneMatch(said -> said.contains("was revoked"));
        assertThat(shop.kept()).isEmpty();
    }

    private void awaitForgotten(String why) {
        assertThat(books.awaitStalled(Reason.Revoked, why))
                .contains("the tokens are deleted here", "end the consent at the provider")
                .doesNotContain("was revoked");
        assertThat(books.tokenSecret()).isEmpty();
        assertThat(books.kept()).isEmpty();
    }

    @Test
    void a_revocation_does_not_wait_for_the_next_try_of_a_refused_refresh() {
        books.connected().awaitReady();
        books.provider.next(ScriptedProvider.error("invalid_scope"));
        books.requestRefresh("1");
        books.awaitStalled(Reason.RequestRefused, "invalid_scope");
        books.annotate(Names.REVOKE_REQUESTED, "1");
        awaitRevoked();
        assertThat(books.provider.revocations()).hasSize(1);
    }

    @Test
    void a_deletion_revokes_although_the_last_refresh_was_refused() {
        books.applied("onDelete: Revoke").awaitToken(1).awaitReady();
        books.provider.next(ScriptedProvider.error("invalid_scope"));
        books.requestRefresh("1");
        books.awaitStalled(Reason.RequestRefused, "invalid_scope");
        books.resource().delete();
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.resource().get()).isNull());
        assertThat(books.provider.revocations()).hasSize(1);
    }

    @Test
    void a_connection_that_goes_without_its_revocation_says_so() {
        books.applied("onDelete: Revoke").awaitToken(1).awaitReady();
        books.provider.revocations(ScriptedProvider.json(503, "{}"));
        books.resource().delete();
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.provider.revocations()).isNotEmpty());
        later(Duration.ofMinutes(11));
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.resource().get()).isNull());
        assertThat(events()).anyMatch(said -> said.contains("its grant was not revoked"));
        assertThat(books.kept()).isNotEmpty();
    }
}

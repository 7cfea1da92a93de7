package dev.oauthconnection.delivery;

import static dev.oauthconnection.delivery.Fixtures.MARK;
import static dev.oauthconnection.delivery.Fixtures.TOKEN;
import static dev.oauthconnection.delivery.Fixtures.books;
import static dev.oauthconnection.delivery.Fixtures.labelled;
import static dev.oauthconnection.delivery.Fixtures.named;
import static dev.oauthconnection.delivery.Fixtures.rendered;
import static dev.oauthconnection.delivery.Fixtures.template;
import static dev.oauthconnection.delivery.Fixtures.typed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.delivery.TokenSecretContent.Rendering;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSecretContentTest {
    @Test
    void by_default_the_keys_are_oauths_own_field_names() {
        assertThat(Fixtures.decoded(rendered(books(null), TOKEN)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "access_token", "access-1",
                        "token_type", "Bearer",
                        "expires_at", "2026-01-02T03:04:05Z",
                        "scope", "offline_access accounting.invoices"));
    }

    @Test
    void an_id_token_has_a_key_when_there_is_one() {
        PublishedToken token = new PublishedToken(
                "a", "Bearer", TOKEN.expiresAt(), TOKEN.scopes(), "header.claims.signature", "user-1");
        assertThat(Fixtures.decoded(rendered(books(null), token))).containsEntry("id_token", "header.claims.signature");
    }

    @Test
    void templates_take_the_place_of_the_default_keys() {
        Secret secret =
                rendered(books(template(Map.of("header", "Authorization: {{tokenType}} {{accessToken}}"))), TOKEN);
        assertThat(Fixtures.decoded(secret)).isEqualTo(Map.of("header", "Authorization: Bearer access-1"));
    }

    @Test
    void a_broken_template_is_named_with_its_key_and_the_cause() {
        assertThat(TokenSecretContent.render(books(template(Map.of("header", "{{token}}"))), TOKEN, MARK))
                .isEqualTo(new Rendering.Invalid(
                        Reason.TemplateInvalid,
                        "spec.secret.template.header: line 1: there is no variable 'token' (there are accessToken, tokenType, "
                                + "expiresAt, scope, idToken, subject, and the sections json, url, base64)"));
    }

    @Test
    void name_and_type_are_the_connections_name_and_opaque_by_default() {
        Secret secret = rendered(books(null), TOKEN);
        assertThat(secret.getMetadata().getName()).isEqualTo("books");
        assertThat(secret.getMetadata().getNamespace()).isEqualTo("finance");
        assertThat(secret.getType()).isEqualTo("Opaque");
    }

    @Test
    void name_and_type_are_the_users_when_given() {
        assertThat(rendered(books(named("xero-token")), TOKEN).getMetadata().getName())
                .isEqualTo("xero-token");
        assertThat(rendered(books(typed("example.com/token")), TOKEN).getType()).isEqualTo("example.com/token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kubernetes.io/service-account-token", "bootstrap.kubernetes.io/token"})
    void a_type_that_stands_for_credentials_of_the_cluster_is_refused(String type) {
        assertThat(TokenSecretContent.render(books(typed(type)), TOKEN, MARK))
                .isEqualTo(new Rendering.Invalid(
                        Reason.DeliveryFailed,
                        "spec.secret.type " + type
                                + " is for credentials of the cluster: choose another type, such as Opaque"));
    }

    @Test
    void the_users_labels_and_annotations_stand_beside_ours() {
        Secret secret = rendered(books(labelled(Map.of("team", "finance"), Map.of("note", "by hand"))), TOKEN);
        assertThat(secret.getMetadata().getLabels())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("team", "finance", Names.MANAGED_BY, Names.MANAGER, Names.ROLE, Names.TOKEN));
        assertThat(secret.getMetadata().getAnnotations())
                .containsEntry("note", "by hand")
                .containsEntry(Names.MARK, MARK.toString())
                .containsEntry(Names.CONNECTION_NAMESPACE, "finance")
                .containsEntry(Names.CONNECTION_NAME, "books");
    }

    @Test
    void our_labels_and_annotations_cannot_be_overridden() {
        Secret secret = rendered(
                books(labelled(
                        Map.of(Names.ROLE, Names.GRANT, Names.MANAGED_BY, "helm", "oauthconnection.dev/new", "a"),
                        Map.of(Names.MARK, "g0/1", Names.CONTENT, "{}"))),
                TOKEN);
        assertThat(secret.getMetadata().getLabels())
                .isEqualTo(Map.of(Names.ROLE, Names.TOKEN, Names.MANAGED_BY, Names.MANAGER));
        assertThat(secret.getMetadata().getAnnotations()).containsEntry(Names.MARK, MARK.toString());
        assertThat(TokenSecrets.drifted(secret)).isFalse();
    }

    @Test
    void the_connection_controls_its_secret() {
        assertThat(rendered(books(null), TOKEN).getMetadata().getOwnerReferences())
                .containsExactly(new OwnerReferenceBuilder()
                        .withApiVersion("oauthconnection.dev/v1alpha1")
                        .withKind("OAuthConnection")
                        .withName("books")
                        .withUid("uid-1")
                        .withController(true)
                        .build());
    }

    @Test
    void a_published_token_does_not_show_itself_in_logs() {
        PublishedToken token =
                new PublishedToken("access-1", "Bearer", TOKEN.expiresAt(), TOKEN.scopes(), "id-token-1", "user-1");
        assertThat(token.toString()).doesNotContain("access-1", "id-token-1");
    }
}

package dev.oauthconnection.delivery;

import static dev.oauthconnection.delivery.Fixtures.TOKEN;
import static dev.oauthconnection.delivery.Fixtures.books;
import static dev.oauthconnection.delivery.Fixtures.connection;
import static dev.oauthconnection.delivery.Fixtures.labelled;
import static dev.oauthconnection.delivery.Fixtures.rendered;
import static dev.oauthconnection.delivery.Fixtures.token;
import static dev.oauthconnection.delivery.Fixtures.typed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Names;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SecretChangeTest {
    private static final Secret DESIRED = rendered(books(null), TOKEN);

    /** Who owns the Secret of that name, and what is done. */
    static Stream<Arguments> ownership() {
        Secret ours = stored(rendered(books(null), TOKEN));
        Secret earlier = stored(rendered(connection("finance", "books", "uid-0", null), TOKEN));
        Secret other = stored(rendered(connection("finance", "payroll", "uid-2", null), TOKEN));
        Secret copied = stored(rendered(connection("sales", "books", "uid-3", null), TOKEN));
        Secret unlabelled = new SecretBuilder(ours)
                .editMetadata()
                .withLabels(null)
                .endMetadata()
                .build();
        Secret orphan = new SecretBuilder(earlier)
                .editMetadata()
                .withOwnerReferences()
                .endMetadata()
                .build();
        return Stream.of(
                Arguments.of("absent", null, SecretChange.Create.class),
                Arguments.of("ours, as it should be", ours, SecretChange.Keep.class),
                Arguments.of(
                        "ours, with an older token",
                        stored(rendered(books(null), token("0"))),
                        SecretChange.Update.class),
                Arguments.of("ours, labels removed by hand", unlabelled, SecretChange.Update.class),
                Arguments.of(
                        "ours, of another type",
                        stored(rendered(books(typed("a/b")), TOKEN)),
                        SecretChange.Replace.class),
                Arguments.of(
                        "ours, made immutable",
                        new SecretBuilder(ours).withImmutable(true).build(),
                        SecretChange.Replace.class),
                Arguments.of("ours, being deleted", dying(ours), SecretChange.Wait.class),
                Arguments.of("of an earlier connection of this name", earlier, SecretChange.Update.class),
                Arguments.of("of an earlier connection, owner removed", orphan, SecretChange.Update.class),
                Arguments.of("of another connection", other, SecretChange.Refuse.class),
                Arguments.of("copied from another namespace", inFinance(copied), SecretChange.Refuse.class),
                Arguments.of(
                        "ours by label, controlled by another kind",
                        controlledBy(earlier, "Certificate"),
                        SecretChange.Refuse.class),
                Arguments.of("somebody's, without owner", foreign(), SecretChange.Refuse.class),
                Arguments.of(
                        "the grant Secret of this connection",
                        labelledAs(earlier, Names.GRANT),
                        SecretChange.Refuse.class));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ownership")
    void what_is_done_depends_on_who_owns_the_secret(
            String what, @Nullable Secret existing, Class<? extends SecretChange> expected) {
        assertThat(SecretChange.decide(existing, DESIRED, books(null))).isInstanceOf(expected);
    }

    @Test
    void a_refusal_names_the_secret_and_its_owner_and_says_what_to_do() {
        Secret other = stored(rendered(connection("finance", "payroll", "uid-2", null), TOKEN));
        assertThat(SecretChange.decide(other, DESIRED, books(null)))
                .isEqualTo(
                        new SecretChange.Refuse(
                                "the Secret books exists and is not this connection's (it belongs to "
                                        + "OAuthConnection payroll): delete or rename it, or set spec.secret.name to another name"));
    }

    @Test
    void an_update_carries_the_resource_version_that_was_read() {
        assertThat(updated(stored(rendered(books(null), token("0"))), DESIRED)
                        .getMetadata()
                        .getResourceVersion())
                .isEqualTo("41");
    }

    @Test
    void an_adopted_secret_has_one_owner_the_new_connection() {
        Secret earlier = stored(rendered(connection("finance", "books", "uid-0", null), TOKEN));
        assertThat(updated(earlier, DESIRED).getMetadata().getOwnerReferences())
                .extracting(OwnerReference::getUid)
                .containsExactly("uid-1");
    }

    @Test
    void an_owner_reference_of_another_api_version_is_brought_up_to_date() {
        Secret before = stored(rendered(books(null), TOKEN));
        before.getMetadata().getOwnerReferences().getFirst().setApiVersion("oauthconnection.dev/v1alpha0");
        assertThat(updated(before, DESIRED).getMetadata().getOwnerReferences())
                .extracting(OwnerReference::getApiVersion)
                .containsExactly("oauthconnection.dev/v1alpha1");
    }

    @Test
    void what_others_added_to_the_metadata_stays() {
        Secret annotated = new SecretBuilder(stored(rendered(books(null), token("0"))))
                .editMetadata()
                .addToAnnotations("reloader/seen", "1")
                .addToLabels("backup", "yes")
                .endMetadata()
                .build();
        Secret updated = updated(annotated, DESIRED);
        assertThat(updated.getMetadata().getAnnotations()).containsEntry("reloader/seen", "1");
        assertThat(updated.getMetadata().getLabels()).containsEntry("backup", "yes");
    }

    @Test
    void a_label_that_left_the_spec_leaves_the_secret() {
        Secret before = stored(rendered(books(labelled(Map.of("team", "a"), Map.of("note", "b"))), TOKEN));
        Secret updated = updated(before, DESIRED);
        assertThat(updated.getMetadata().getLabels()).doesNotContainKey("team");
        assertThat(updated.getMetadata().getAnnotations()).doesNotContainKey("note");
    }

    @Test
    void a_key_that_nobody_asked_for_is_removed() {
        Secret edited =
                new SecretBuilder(stored(DESIRED)).addToData("extra", "YQ==").build();
        assertThat(updated(edited, DESIRED).getData()).isEqualTo(DESIRED.getData());
    }

    private static Secret updated(Secret existing, Secret desired) {
        if (SecretChange.decide(existing, desired, books(null)) instanceof SecretChange.Update update) {
            return update.secret();
        }
        throw new AssertionError("no update");
    }

    /** As the API server gives it back. */
    private static Secret stored(Secret secret) {
        return new SecretBuilder(secret)
                .editMetadata()
                .withUid("secret-uid")
                .withResourceVersion("41")
                .endMetadata()
                .build();
    }

    private static Secret dying(Secret secret) {
        return new SecretBuilder(secret)
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .build();
    }

    private static Secret inFinance(Secret secret) {
        return new SecretBuilder(secret)
                .editMetadata()
                .withNamespace("finance")
                .endMetadata()
                .build();
    }

    private static Secret controlledBy(Secret secret, String kind) {
        Secret copy = new SecretBuilder(secret).build();
        copy.getMetadata().getOwnerReferences().getFirst().setKind(kind);
        return copy;
    }

    private static Secret labelledAs(Secret secret, String role) {
        return new SecretBuilder(secret)
                .editMetadata()
                .addToLabels(Names.ROLE, role)
                .endMetadata()
                .build();
    }

    private static Secret foreign() {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace("finance")
                .withName("books")
                .endMetadata()
                .withType("Opaque")
                .build();
    }
}

package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.Reason;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What people do to token Secrets, or ask of them: repaired from the stored answer, without a redemption. */
class TokenSecretIT extends OnOperatorWorld {
    @AfterEach
    @Override
    void stop() throws Exception {
        assertThat(books.provider.tokenRequests()).hasSizeLessThanOrEqualTo(1);
        super.stop();
    }

    private void patchSecret(String json) {
        world.client.secrets().inNamespace("default").withName("books").patch(OperatorWorld.mergePatch(), json);
    }

    @Test
    void a_deleted_one_is_written_again() {
        books.connected();
        world.deleteSecret("books");
        books.awaitToken(1);
    }

    @Test
    void an_edited_one_is_put_right() {
        books.connected();
        patchSecret("{\"data\":{\"access_token\":\"aGFja2Vk\"}}");
        books.awaitToken(1);
    }

    @Test
    void one_without_its_labels_is_put_right() {
        books.connected();
        patchSecret("{\"metadata\":{\"labels\":null,\"annotations\":null}}");
        LiveConnection.soon().untilAsserted(() -> assertThat(
                        books.tokenSecret().map(s -> s.getMetadata().getLabels()))
                .hasValueSatisfying(labels -> assertThat(labels).containsEntry(Names.ROLE, Names.TOKEN)));
        books.awaitToken(1);
    }

    @Test
    void a_mark_that_was_edited_is_put_right() {
        books.connected();
        String mark = mark();
        patchSecret("{\"metadata\":{\"annotations\":{\"" + Names.MARK + "\":\"no mark at all\"}}}");
        LiveConnection.soon().untilAsserted(() -> assertThat(mark()).isEqualTo(mark));
    }

    private String mark() {
        return Objects.requireNonNull(
                books.tokenSecret().orElseThrow().getMetadata().getAnnotations().get(Names.MARK));
    }

    @Test
    void somebody_elses_secret_of_that_name_is_refused_and_not_touched() {
        world.secret("books", Map.of("password", "theirs"));
        String before = world.findSecret("books").orElseThrow().getMetadata().getResourceVersion();

        books.applied();

        books.awaitStalled(
                Reason.SecretConflict,
                "the Secret books exists and is not this connection's: delete or rename it, or set spec.secret.name");
        assertThat(books.condition("Ready").getStatus()).isEqualTo("False");
        assertThat(world.findSecret("books").orElseThrow().getMetadata().getResourceVersion())
                .isEqualTo(before);

        world.deleteSecret("books");
        world.clock.move(Duration.ofMinutes(6));
        books.nudge();
        books.awaitToken(1).awaitNotStalled();
    }

    @Test
    void a_name_that_is_taken_is_told_beside_the_token_that_is_served() {
        books.connected();
        world.secret("taken", Map.of("password", "theirs"));
        books.patch("{\"spec\":{\"secret\":{\"name\":\"taken\"}}}");
        books.awaitStalled(Reason.SecretConflict, "the Secret taken exists and is not this connection's");
        assertThat(books.accessToken()).isEqualTo(books.provider.accessToken(1));
        assertThat(world.findSecret("taken").orElseThrow().getData()).containsOnlyKeys("password");
    }

    @Test
    void another_type_replaces_the_secret() {
        books.connected();
        String uid = books.tokenSecret().orElseThrow().getMetadata().getUid();
        books.patch("{\"spec\":{\"secret\":{\"type\":\"example.com/token\"}}}");
        LiveConnection.soon().untilAsserted(() -> assertThat(books.tokenSecret().map(Secret::getType))
                .contains("example.com/token"));
        assertThat(books.tokenSecret().orElseThrow().getMetadata().getUid()).isNotEqualTo(uid);
        books.awaitToken(1);
    }

    @Test
    void another_name_moves_the_secret() {
        books.connected();
        books.patch("{\"spec\":{\"secret\":{\"name\":\"books-token\"}}}");
        LiveConnection.soon().untilAsserted(() -> assertThat(world.findSecret("books-token")
                        .map(s -> LiveConnection.decoded(s.getData().get("access_token"))))
                .contains(books.provider.accessToken(1)));
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(world.findSecret("books")).isEmpty());
    }

    @Test
    void a_template_that_cannot_be_rendered_leaves_the_token_as_it_is_until_it_is_corrected() {
        books.connected();
        books.patch("{\"spec\":{\"secret\":{\"template\":{\"config\":\"{{#json}}{{accessToken}}\"}}}}");
        books.awaitStalled(Reason.TemplateInvalid, "config");
        assertThat(books.condition("Ready").getStatus()).isEqualTo("True");
        assertThat(books.accessToken()).isEqualTo(books.provider.accessToken(1));

        books.patch("{\"spec\":{\"secret\":{\"template\":{\"config\":\"token={{accessToken}}\"}}}}");

        LiveConnection.soon().untilAsserted(() -> assertThat(books.tokenSecret().map(Secret::getData))
                .hasValueSatisfying(data -> assertThat(data).containsOnlyKeys("config")));
        books.awaitNotStalled();
    }

    @Test
    void a_template_with_a_name_that_is_unknown_is_explained_again_after_a_restart() {
        books.connected();
        books.patch("{\"spec\":{\"secret\":{\"template\":{\"config\":\"{{refreshToken}}\"}}}}");
        books.awaitStalled(Reason.TemplateInvalid, "refreshToken");
        int written = world.history("books").size();
        world.stopOperator();
        world.startOperator();
        books.nudge();
        LiveConnection.soon().until(() -> books.condition("Stalled").getStatus().equals("True"));
        assertThat(books.valuesOf("Stalled", written)).doesNotContain("False");
    }
}

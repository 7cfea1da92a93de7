package dev.oauthconnection.delivery;

import static dev.oauthconnection.delivery.Fixtures.MARK;
import static dev.oauthconnection.delivery.Fixtures.TOKEN;
import static dev.oauthconnection.delivery.Fixtures.books;
import static dev.oauthconnection.delivery.Fixtures.named;
import static dev.oauthconnection.delivery.Fixtures.template;
import static dev.oauthconnection.delivery.Fixtures.token;
import static dev.oauthconnection.delivery.Fixtures.typed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.OAuthConnectionSpec.TokenSecret;
import dev.oauthconnection.api.Reason;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@NullUnmarked // the extension injects client and server
@EnableKubernetesMockClient(crud = true)
class TokenSecretsTest {
    KubernetesClient client;

    @Test
    void a_secret_that_is_absent_is_created() {
        assertThat(deliver(null, TOKEN)).isEqualTo(new Delivery.Written(true));
        assertThat(Fixtures.decoded(secret("books"))).containsEntry("access_token", "access-1");
    }

    @Test
    void the_next_token_takes_the_place_of_the_last() {
        deliver(null, TOKEN);
        assertThat(deliver(null, token("access-2"))).isEqualTo(new Delivery.Written(false));
        assertThat(Fixtures.decoded(secret("books"))).containsEntry("access_token", "access-2");
    }

    @Test
    void a_token_of_an_earlier_refresh_does_not_take_the_place_of_a_later_one() {
        TokenSecrets secrets = new TokenSecrets(client);
        secrets.deliver(Fixtures.books(null), token("access-2"), new Mark("g1", 8, null));

        assertThat(secrets.deliver(Fixtures.books(null), token("access-1"), MARK))
                .isInstanceOfSatisfying(Delivery.Failed.class, failed -> assertThat(failed.transientFailure())
                        .isTrue());
        assertThat(Fixtures.decoded(secret("books"))).containsEntry("access_token", "access-2");
    }

    @Test
    void what_is_delivered_twice_is_written_once() {
        deliver(null, TOKEN);
        String version = secret("books").getMetadata().getResourceVersion();
        assertThat(deliver(null, TOKEN)).isEqualTo(new Delivery.Unchanged());
        assertThat(secret("books").getMetadata().getResourceVersion()).isEqualTo(version);
    }

    @Test
    void a_secret_that_was_edited_by_hand_is_repaired() {
        deliver(null, TOKEN);
        client.resource(secret("books")).edit(it -> new SecretBuilder(it)
                .addToData("access_token", "ZWRpdGVk")
                .build());
        assertThat(TokenSecrets.drifted(secret("books"))).isTrue();
        assertThat(deliver(null, TOKEN)).isEqualTo(new Delivery.Written(false));
        assertThat(TokenSecrets.drifted(secret("books"))).isFalse();
    }

    @Test
    void a_secret_that_was_deleted_by_hand_is_made_again() {
        deliver(null, TOKEN);
        client.resource(secret("books")).delete();
        assertThat(deliver(null, TOKEN)).isEqualTo(new Delivery.Written(true));
    }

    @Test
    void a_foreign_secret_is_refused_and_stays_as_it_is() {
        Secret foreign = client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace("finance")
                        .withName("books")
                        .endMetadata()
                        .addToData("password", "c2VjcmV0")
                        .build())
                .create();
        assertThat(deliver(null, TOKEN))
                .isEqualTo(
                        new Delivery.Refused(
                                Reason.SecretConflict,
                                "the Secret books exists and is not this connection's: delete or rename it, or set spec.secret.name to another name"));
        assertThat(secret("books")).isEqualTo(foreign);
    }

    @Test
    void a_broken_template_leaves_the_secret_as_it_was() {
        deliver(null, TOKEN);
        Secret before = secret("books");
        assertThat(deliver(template(Map.of("a", "{{b}}")), token("access-2")))
                .isInstanceOfSatisfying(
                        Delivery.Refused.class, it -> assertThat(it.reason()).isEqualTo(Reason.TemplateInvalid));
        assertThat(secret("books")).isEqualTo(before);
    }

    @Test
    void another_type_replaces_the_secret() {
        deliver(null, TOKEN);
        String uid = secret("books").getMetadata().getUid();
        assertThat(deliver(typed("example.com/token"), TOKEN)).isEqualTo(new Delivery.Written(true));
        assertThat(secret("books").getType()).isEqualTo("example.com/token");
        assertThat(secret("books").getMetadata().getUid()).isNotEqualTo(uid);
    }

    @Test
    void a_renamed_secrets_old_one_is_deleted() {
        deliver(null, TOKEN);
        assertThat(deliver(named("xero-token"), TOKEN)).isEqualTo(new Delivery.Written(true));
        assertThat(secret("xero-token")).isNotNull();
        assertThat(secret("books")).isNull();
    }

    @Test
    void a_rename_to_a_name_that_is_taken_keeps_the_old_secret() {
        deliver(null, TOKEN);
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace("finance")
                        .withName("taken")
                        .endMetadata()
                        .build())
                .create();
        assertThat(deliver(named("taken"), TOKEN)).isInstanceOf(Delivery.Refused.class);
        assertThat(secret("books")).isNotNull();
    }

    @Test
    void a_rename_that_was_cut_off_is_finished_by_the_next_delivery() {
        deliver(null, TOKEN);
        Secret old = secret("books");
        deliver(named("xero-token"), TOKEN);
        client.resource(new SecretBuilder(old)
                        .editMetadata()
                        .withResourceVersion(null)
                        .endMetadata()
                        .build())
                .create();
        assertThat(deliver(named("xero-token"), TOKEN)).isEqualTo(new Delivery.Unchanged());
        assertThat(secret("books")).isNull();
    }

    @Test
    void a_rename_leaves_the_secrets_of_other_connections_alone() {
        new TokenSecrets(client).deliver(Fixtures.connection("finance", "payroll", "uid-2", null), TOKEN, MARK);
        deliver(null, TOKEN);
        deliver(named("xero-token"), TOKEN);
        assertThat(secret("payroll")).isNotNull();
    }

    @Test
    void the_secret_of_an_earlier_connection_of_the_same_name_is_adopted() {
        new TokenSecrets(client)
                .deliver(Fixtures.connection("finance", "books", "uid-0", null), TOKEN, new Mark("g0", 3, null));
        assertThat(deliver(null, TOKEN)).isEqualTo(new Delivery.Written(false));
        assertThat(secret("books").getMetadata().getOwnerReferences().getFirst().getUid())
                .isEqualTo("uid-1");
    }

    private Delivery deliver(@Nullable TokenSecret secret, PublishedToken token) {
        return new TokenSecrets(client).deliver(books(secret), token, MARK);
    }

    private Secret secret(String name) {
        return client.secrets().inNamespace("finance").withName(name).get();
    }
}

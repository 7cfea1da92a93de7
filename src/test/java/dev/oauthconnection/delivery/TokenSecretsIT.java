package dev.oauthconnection.delivery;

import static dev.oauthconnection.delivery.Fixtures.MARK;
import static dev.oauthconnection.delivery.Fixtures.TOKEN;
import static dev.oauthconnection.delivery.Fixtures.labelled;
import static dev.oauthconnection.delivery.Fixtures.named;
import static dev.oauthconnection.delivery.Fixtures.token;
import static dev.oauthconnection.delivery.Fixtures.typed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionSpec.TokenSecret;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.testing.ApiServer;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What must be true of Kubernetes, and not of a mock. */
class TokenSecretsIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    @Test
    void a_secret_is_created_changed_and_left_alone_when_nothing_differs() {
        assertThat(deliver(null, TOKEN)).isEqualTo(new Delivery.Written(true));
        assertThat(deliver(null, token("access-2"))).isEqualTo(new Delivery.Written(false));
        String version = secret("books").getMetadata().getResourceVersion();
        assertThat(deliver(null, token("access-2"))).isEqualTo(new Delivery.Unchanged());
        assertThat(secret("books").getMetadata().getResourceVersion()).isEqualTo(version);
        assertThat(TokenSecrets.drifted(secret("books"))).isFalse();
    }

    @Test
    void a_put_with_an_old_resource_version_does_not_overwrite() {
        deliver(null, TOKEN);
        Secret old = secret("books");
        deliver(null, token("access-2"));
        assertThatThrownBy(() -> api.client().resource(old).update())
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                        .isEqualTo(409));
    }

    @Test
    void another_type_replaces_the_secret() {
        deliver(null, TOKEN);
        assertThat(deliver(typed("example.com/token"), TOKEN)).isEqualTo(new Delivery.Written(true));
        assertThat(secret("books").getType()).isEqualTo("example.com/token");
    }

    @Test
    void an_immutable_secret_is_replaced() {
        deliver(null, TOKEN);
        api.client()
                .resource(secret("books"))
                .edit(it -> new SecretBuilder(it).withImmutable(true).build());
        assertThat(deliver(null, token("access-2"))).isEqualTo(new Delivery.Written(true));
        assertThat(Fixtures.decoded(secret("books"))).containsEntry("access_token", "access-2");
    }

    @Test
    void a_version_that_somebody_has_changed_is_not_deleted() {
        deliver(null, TOKEN);
        Secret old = secret("books");
        deliver(null, token("access-2"));
        assertThatThrownBy(() -> api.client()
                        .resource(old)
                        .lockResourceVersion(old.getMetadata().getResourceVersion())
                        .delete())
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                        .isEqualTo(409));
    }

    @Test
    void a_renamed_secrets_old_one_is_deleted() {
        deliver(null, TOKEN);
        deliver(named("xero-token"), TOKEN);
        assertThat(secret("xero-token")).isNotNull();
        assertThat(secret("books")).isNull();
    }

    @Test
    void a_label_that_kubernetes_refuses_fails_with_its_message() {
        assertThat(deliver(labelled(Map.of("team", "not a label value"), Map.of()), TOKEN))
                .isInstanceOfSatisfying(Delivery.Failed.class, failed -> {
                    assertThat(failed.reason()).isEqualTo(Reason.DeliveryFailed);
                    assertThat(failed.transientFailure()).isFalse();
                    assertThat(failed.message())
                            .startsWith(
                                    "the Secret books could not be written: Secret \"books\" is invalid: metadata.labels:");
                });
    }

    @Test
    void a_namespace_that_is_gone_is_said() {
        assertThat(new TokenSecrets(api.client())
                        .deliver(Fixtures.connection("no-such-namespace", "books", "uid-1", null), TOKEN, MARK))
                .isEqualTo(new Delivery.Failed(
                        Reason.DeliveryFailed,
                        "the Secret books could not be written: namespaces \"no-such-namespace\" not found",
                        false));
    }

    @Test
    void the_secret_of_an_earlier_connection_of_the_same_name_is_adopted() {
        new TokenSecrets(api.client())
                .deliver(Fixtures.connection(api.namespace(), "books", "uid-0", null), TOKEN, new Mark("g0", 3, null));
        assertThat(deliver(null, TOKEN)).isEqualTo(new Delivery.Written(false));
        assertThat(secret("books").getMetadata().getOwnerReferences()).hasSize(1);
    }

    private Delivery deliver(@Nullable TokenSecret settings, PublishedToken token) {
        OAuthConnection connection = Fixtures.connection(api.namespace(), "books", "uid-1", settings);
        return new TokenSecrets(api.client()).deliver(connection, token, MARK);
    }

    private static Secret secret(String name) {
        return api.client()
                .secrets()
                .inNamespace(api.namespace())
                .withName(name)
                .get();
    }
}

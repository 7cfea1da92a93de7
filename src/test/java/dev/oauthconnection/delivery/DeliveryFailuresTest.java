package dev.oauthconnection.delivery;

import static dev.oauthconnection.delivery.Fixtures.MARK;
import static dev.oauthconnection.delivery.Fixtures.TOKEN;
import static dev.oauthconnection.delivery.Fixtures.books;
import static dev.oauthconnection.delivery.Fixtures.rendered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Reason;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.io.IOException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked // the extension injects client and server
@EnableKubernetesMockClient
class DeliveryFailuresTest {
    private static final String SECRETS = "/api/v1/namespaces/finance/secrets";

    KubernetesClient client;
    KubernetesMockServer server;

    @ParameterizedTest
    @CsvSource({
        "403, 'exceeded quota: small, requested: secrets=1'",
        "403, 'User operator cannot create resource secrets'",
        "404, 'namespaces finance not found'",
        "413, 'Request entity too large'",
        "422, 'metadata.labels: Invalid value'"
    })
    void an_answer_that_only_a_person_can_change_is_not_transient(int code, String message) {
        server.expect().get().withPath(SECRETS + "/books").andReturn(404, "").always();
        server.expect()
                .post()
                .withPath(SECRETS)
                .andReturn(code, status(code, message))
                .always();
        assertThat(deliver())
                .isEqualTo(new Delivery.Failed(
                        Reason.DeliveryFailed, "the Secret books could not be written: " + message, false));
    }

    @Test
    void a_secret_that_others_change_all_the_time_is_left_for_later() {
        server.expect().get().withPath(SECRETS + "/books").andReturn(404, "").always();
        server.expect()
                .post()
                .withPath(SECRETS)
                .andReturn(409, status(409, "already exists"))
                .always();
        assertThat(deliver())
                .isEqualTo(new Delivery.Failed(
                        Reason.DeliveryFailed,
                        "the Secret books is being changed by somebody else all the time; it is tried again",
                        true));
    }

    @Test
    void a_conflict_is_decided_anew_from_what_is_there_now() {
        server.expect().get().withPath(SECRETS + "/books").andReturn(404, "").once();
        server.expect()
                .post()
                .withPath(SECRETS)
                .andReturn(409, status(409, "already exists"))
                .once();
        server.expect()
                .get()
                .withPath(SECRETS + "/books")
                .andReturn(200, rendered(books(null), TOKEN))
                .once();
        server.expect()
                .get()
                .withPath(
                        SECRETS
                                + "?labelSelector=app.kubernetes.io%2Fmanaged-by%3Doauth-connection-operator%2Coauthconnection.dev%2Frole%3Dtoken")
                .andReturn(403, status(403, "cannot list"))
                .always();
        assertThat(deliver()).isEqualTo(new Delivery.Unchanged());
    }

    @Test
    void an_api_server_that_cannot_be_reached_is_transient() {
        assertThat(DeliveryFailures.explain(
                        new KubernetesClientException("connect", new IOException("refused")),
                        rendered(books(null), TOKEN)))
                .isEqualTo(new Delivery.Failed(
                        Reason.DeliveryFailed,
                        "the Secret books could not be written: the API server could not be reached; it is tried again",
                        true));
    }

    @Test
    void a_policy_that_quotes_the_secret_does_not_bring_the_token_into_the_message() {
        server.expect().get().withPath(SECRETS + "/books").andReturn(404, "").always();
        server.expect()
                .post()
                .withPath(SECRETS)
                .andReturn(403, status(403, "denied: access_token is access-1 (YWNjZXNzLTE=)"))
                .always();
        assertThat(deliver())
                .isEqualTo(new Delivery.Failed(
                        Reason.DeliveryFailed,
                        "the Secret books could not be written: denied: access_token is ... (...)",
                        false));
    }

    private Delivery deliver() {
        return new TokenSecrets(client).deliver(books(null), TOKEN, MARK);
    }

    private static Object status(int code, String message) {
        return new StatusBuilder()
                .withCode(code)
                .withStatus("Failure")
                .withMessage(message)
                .build();
    }
}

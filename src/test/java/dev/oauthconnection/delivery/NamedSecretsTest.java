package dev.oauthconnection.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.OAuthConnection;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NamedSecretsTest {
    private static final String USER = "system:serviceaccount:oauthconnection-system:oauth-connection-operator";

    private final OAuthConnection books = Fixtures.connection("finance", "books", "uid-1", null);

    @Test
    void a_refusal_by_rbac_is_answered_with_the_role_that_is_missing() {
        assertThat(missing(
                        403,
                        "secrets \"books\" is forbidden: User \"" + USER
                                + "\" cannot get resource \"secrets\" in API group \"\" in the namespace \"finance\""))
                .hasValueSatisfying(
                        message -> assertThat(message)
                                .contains("metadata: {name: \"oauthconnection-books\", namespace: \"finance\"}")
                                .contains("resourceNames: [\"books\"], verbs: [get, update, delete]")
                                .contains("resourceNames: [\"books-consent\"], verbs: [get, delete]")
                                .contains(
                                        "{kind: ServiceAccount, name: \"oauth-connection-operator\", namespace: \"oauthconnection-system\"}"));
    }

    @Test
    void who_runs_the_operator_with_a_kubeconfig_is_named_as_a_user() {
        assertThat(missing(403, "secrets \"books\" is forbidden: User \"jane\" cannot update resource \"secrets\""))
                .hasValueSatisfying(message -> assertThat(message)
                        .contains("{kind: User, name: \"jane\", apiGroup: rbac.authorization.k8s.io}"));
    }

    @Test
    void a_quota_is_no_matter_of_the_role() {
        assertThat(missing(403, "secrets \"books\" is forbidden: exceeded quota: few"))
                .isEmpty();
    }

    @Test
    void an_outage_is_no_matter_of_the_role() {
        assertThat(missing(503, "User \"jane\" cannot get resource \"secrets\""))
                .isEmpty();
    }

    private Optional<String> missing(int code, String message) {
        return new NamedSecrets()
                .missing(
                        new KubernetesClientException(
                                message,
                                code,
                                new StatusBuilder()
                                        .withCode(code)
                                        .withMessage(message)
                                        .build()),
                        books);
    }
}

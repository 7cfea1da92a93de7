package dev.oauthconnection.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.Kubectl;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What kubectl get prints. */
class ColumnsIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    @BeforeEach
    void a_connection_with_a_token() {
        assertThat(api.kubectl().apply("""
                                apiVersion: oauthconnection.dev/v1alpha1
                                kind: OAuthConnection
                                metadata: {name: books}
                                spec: {provider: {name: xero}}
                                """).exitCode()).isZero();
        OAuthConnection connection = api.client()
                .resources(OAuthConnection.class)
                .inNamespace(api.namespace())
                .withName("books")
                .require();
        connection.setStatus(new OAuthConnectionStatus(
                1L,
                List.of(new ConditionBuilder()
                        .withType("Ready")
                        .withStatus("True")
                        .withReason("TokenCurrent")
                        .withMessage("ok")
                        .withLastTransitionTime("2026-01-01T00:00:00Z")
                        .build()),
                null,
                new OAuthConnectionStatus.Token("2036-01-02T03:04:05Z", null, null, null, null),
                null,
                null));
        api.client().resource(connection).updateStatus();
    }

    @Test
    void a_connection_shows_whether_it_is_ready_and_why_and_until_when() {
        List<String> lines = lines(api.kubectl().run("get", "oauthconnections"));
        assertThat(lines.getFirst()).matches("NAME +READY +REASON +PROVIDER +EXPIRES +AGE");
        assertThat(lines.get(1)).matches("books +True +TokenCurrent +xero +2036-01-02T03:04:05Z +\\d+s");
    }

    @Test
    void short_name_and_category_find_it_too() {
        assertThat(lines(api.kubectl().run("get", "oac", "--no-headers"))).hasSize(1);
        assertThat(lines(api.kubectl().run("get", "oauth", "--no-headers")))
                .anyMatch(line -> line.startsWith("oauthconnection.oauthconnection.dev/books "));
    }

    @Test
    void explain_reads_as_documentation() {
        assertThat(api.kubectl().run("explain", "oauthconnection.spec.refresh").output())
                .contains("When and how the token is refreshed.")
                .contains("before\t<string>");
    }

    private static List<String> lines(Kubectl.Result result) {
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output().lines().toList();
    }
}

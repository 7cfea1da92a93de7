package dev.oauthconnection.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.oauth.ScriptedServer;
import dev.oauthconnection.testing.ApiServer;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** provider and doctor, against a real API server and a provider that answers on loopback. */
class LookingCommandsIT {
    private static final String LOOPBACK = "--insecure-loopback-providers";

    @RegisterExtension
    static final ApiServer api = new ApiServer();

    private ScriptedServer server;

    @BeforeEach
    void start() {
        server = new ScriptedServer((request, out) -> {
            String issuer = server.uri("").toString();
            String document = "{\"issuer\":\"" + issuer + "\",\"authorization_endpoint\":\"" + issuer
                    + "/authorize\",\"token_endpoint\":\"" + issuer + "/token\"}";
            boolean discovery = request.startsWith("GET /.well-known/openid-configuration");
            out.write((discovery ? ScriptedServer.http(200, "", document) : ScriptedServer.http(405, "", ""))
                    .getBytes(StandardCharsets.UTF_8));
            return false;
        });
        api.kubectl().apply("""
                        apiVersion: oauthconnection.dev/v1alpha1
                        kind: ClusterOAuthProvider
                        metadata: {name: %s}
                        spec: {issuer: "%s"}
                        """.formatted(provider(), server.uri("")));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private static String provider() {
        return api.namespace() + "-idp";
    }

    private static List<Map<String, String>> checks(Cli ran) {
        Map<String, List<Map<String, String>>> document = Serialization.unmarshal(ran.out(), Map.class);
        return document.get("checks");
    }

    private static String result(Cli ran, String check) {
        return checks(ran).stream()
                .filter(item -> item.get("check").equals(check))
                .map(item -> item.get("result"))
                .findFirst()
                .orElse("not checked");
    }

    @Test
    void the_list_has_the_built_in_ones_and_those_of_the_cluster() {
        Cli ran = Cli.run(api, "provider", "list");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out()).containsPattern("\nxero +built-in +https://identity.xero.com +rotate +1440h\n");
        assertThat(ran.out()).containsPattern("\n" + provider() + " +cluster +http://127.0.0.1");
        assertThat(Cli.run(api, "provider", "list", "-o", "name").out().lines()).contains("google", provider());
    }

    @Test
    void what_is_shown_can_be_applied() {
        Map<?, ?> spec =
                Serialization.unmarshal(Cli.run(api, "provider", "show", "xero").out(), Map.class);
        assertThat(spec.get("issuer")).isEqualTo("https://identity.xero.com");
        assertThat(Cli.run(api, "provider", "show", "nobody").err().lines())
                .singleElement()
                .asString()
                .startsWith("there is no provider nobody: name one of ");
    }

    @Test
    void a_provider_that_answers_passes_the_test() {
        Cli ran = Cli.run(api, "provider", "test", provider(), LOOPBACK, "-o", "json");
        assertThat(ran.exitCode()).as(ran.err() + ran.out()).isZero();
        assertThat(checks(ran))
                .extracting(item -> item.get("check"))
                .containsExactly("discovery", "authorization endpoint", "token endpoint", "clock");
        assertThat(server.requests())
                .allSatisfy(
                        request -> assertThat(request).startsWith("GET ").doesNotContainIgnoringCase("authorization:"));
    }

    @Test
    void a_provider_that_does_not_answer_is_exit_code_three_with_what_to_do() throws IOException {
        server.close();
        Cli ran = Cli.run(api, "provider", "test", provider(), LOOPBACK);
        assertThat(ran.exitCode()).isEqualTo(3);
        assertThat(ran.out()).contains("no connection to 127.0.0.1", "HTTPS_PROXY");
    }

    @Test
    void doctor_says_that_no_operator_is_there() {
        Connected.today("books")
                .ready()
                .spec("provider", Map.of("name", provider()))
                .createIn(api);
        Cli ran = Cli.run(api, "doctor", "--operator-namespace=" + api.namespace(), LOOPBACK, "-o", "json");
        assertThat(ran.exitCode()).as(ran.err()).isEqualTo(3);
        assertThat(result(ran, "CRDs")).isEqualTo("Ok");
        assertThat(result(ran, "rights")).isEqualTo("Ok");
        assertThat(result(ran, "connections")).isEqualTo("Ok");
        assertThat(result(ran, "operator")).isEqualTo("Failed");
        assertThat(result(ran, "provider " + provider() + ", token endpoint")).isEqualTo("Ok");
        assertThat(result(ran, "encryption at rest")).isNotEqualTo("not checked");
    }

    @Test
    void doctor_finds_an_operator_that_renews_its_lease() {
        api.client()
                .resource(new LeaseBuilder()
                        .withNewMetadata()
                        .withName("oauth-connection-operator")
                        .withNamespace(api.namespace())
                        .endMetadata()
                        .withNewSpec()
                        .withHolderIdentity("pod/1")
                        .withLeaseDurationSeconds(15)
                        .withRenewTime(ZonedDateTime.now(Clock.systemUTC()))
                        .endSpec()
                        .build())
                .create();
        Cli ran = Cli.run(api, "doctor", "--operator-namespace=" + api.namespace());
        assertThat(ran.exitCode()).as(ran.out()).isZero();
        assertThat(ran.out()).contains("pod/1 leads in namespace " + api.namespace());
    }
}

package dev.oauthconnection.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Reason;
import dev.oauthconnection.testing.ApiServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** status, against a real API server. */
class StatusCommandIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    @Test
    void where_all_is_well_a_script_sees_zero() {
        Connected.today("books").ready().createIn(api);
        Cli ran = Cli.run(api, "status");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out().lines().toList().getLast())
                .matches("books +Ready +jo@example.com +.* 5?9?d? .*TokenCurrent");
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void the_idle_limit_of_the_built_in_provider_is_known() {
        Connected.today("books").ready().createIn(api);
        assertThat(Cli.run(api, "status", "books").out()).contains("59d");
    }

    @Test
    void one_that_needs_a_person_comes_first_and_a_script_sees_three() {
        Connected.today("books").ready().createIn(api);
        Connected.today("shop")
                .stalled("False", Reason.GrantRefused, "invalid_grant")
                .createIn(api);
        Cli ran = Cli.run(api, "status");
        assertThat(ran.exitCode()).isEqualTo(3);
        assertThat(ran.out().lines().toList().get(1)).startsWith("shop    Broken");
        assertThat(ran.out()).contains("/shop: invalid_grant\n  " + Reason.GrantRefused.action());
    }

    @Test
    void all_namespaces_are_shown_with_their_names() {
        Connected.today("books").ready().createIn(api);
        assertThat(Cli.run(api, "status", "-A").out()).containsPattern("\n" + api.namespace() + " +books +Ready ");
    }

    @Test
    void another_namespace_is_named_as_with_kubectl() {
        Connected.today("books").ready().createIn(api);
        Cli ran = Cli.run(api, "status", "-n", api.newNamespace());
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).startsWith("No connections found in namespace test-");
    }

    @Test
    void names_are_as_kubectl_takes_them() {
        Connected.today("books").ready().createIn(api);
        String name = Cli.run(api, "status", "-o", "name").out().strip();
        assertThat(api.kubectl().run("get", name).output()).contains("books");
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "yaml"})
    void programs_read_json_or_yaml(String format) {
        Connected.today("books").ready().createIn(api);
        Map<?, ?> document =
                Serialization.unmarshal(Cli.run(api, "status", "-o", format).out(), Map.class);
        assertThat((List<?>) document.get("connections"))
                .singleElement()
                .satisfies(item -> assertThat(((Map<?, ?>) item).get("state")).isEqualTo("Ready"));
    }

    @Test
    void a_connection_that_is_not_there_is_one_line() {
        assertOneLine(Cli.run(api, "status", "nobody"), 2, "there is no OAuthConnection nobody in namespace test-");
    }

    @Test
    void a_context_that_is_not_there_is_one_line() {
        assertOneLine(Cli.run(api, "status", "--context", "prod"), 2, "the kubeconfig has no context prod");
    }

    @Test
    void a_kubeconfig_that_is_not_there_is_one_line() {
        assertOneLine(Cli.run("status", "--kubeconfig=/nowhere"), 2, "the kubeconfig /nowhere cannot be read");
    }

    @Test
    void all_namespaces_and_one_of_them_do_not_go_together() {
        assertOneLine(Cli.run("status", "-A", "-n", "x"), 2, "--all-namespaces shows all");
    }

    private static void assertOneLine(Cli ran, int exitCode, String begin) {
        assertThat(ran.exitCode()).isEqualTo(exitCode);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err().lines()).singleElement().asString().startsWith(begin);
    }
}

package dev.oauthconnection.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.testing.ApiServer;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** connect, refresh and revoke against a real API server, without an operator: what they write, and how they wait. */
class ActionCommandsIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    private static Connected seen(Connected connection) {
        return connection.with("observedGeneration", 1L).createIn(api);
    }

    private static Map<String, String> annotations() {
        Map<String, String> annotations = api.client()
                .resources(OAuthConnection.class)
                .inNamespace(api.namespace())
                .withName("books")
                .require()
                .getMetadata()
                .getAnnotations();
        return annotations == null ? Map.of() : annotations;
    }

    private static void assertOneLine(Cli ran, int exitCode, String part) {
        assertThat(ran.exitCode()).isEqualTo(exitCode);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err().lines().toList().getLast()).contains(part);
    }

    @Test
    void each_refresh_is_asked_for_by_another_value() {
        seen(Connected.today("books").ready());
        assertThat(Cli.run(api, "refresh", "books").exitCode()).isZero();
        String first = annotations().get(Names.REFRESH_REQUESTED);
        Cli ran = Cli.run(api, "refresh", "books");
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("/books: a refresh is asked for");
        assertThat(annotations().get(Names.REFRESH_REQUESTED)).isNotNull().isNotEqualTo(first);
    }

    @Test
    void a_refresh_that_nobody_carries_out_times_out() {
        seen(Connected.today("books").ready());
        assertOneLine(
                Cli.run(api, "refresh", "books", "--wait", "--timeout=1s"),
                5,
                "it is asked for, and not done after 1s");
    }

    @Test
    void a_refresh_without_consent_is_not_asked_for() {
        seen(Connected.today("books").conditions("False", Reason.AwaitingConsent, "", "True", null, ""));
        assertOneLine(Cli.run(api, "refresh", "books"), 2, "run 'oauthconnection connect books'");
        assertThat(annotations()).isEmpty();
    }

    @Test
    void nothing_is_revoked_unless_somebody_says_yes() {
        seen(Connected.today("books").ready());
        assertOneLine(Cli.run(api, "revoke", "books"), 2, "nothing was revoked: add --yes");
        assertThat(annotations()).isEmpty();
        assertThat(Cli.run(api, "revoke", "books", "--yes").exitCode()).isZero();
        assertThat(annotations()).containsKey(Names.REVOKE_REQUESTED);
    }

    @Test
    void what_is_revoked_already_is_left_alone() {
        seen(Connected.today("books").stalled("False", Reason.Revoked, "as requested"));
        Cli ran = Cli.run(api, "revoke", "books");
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err()).contains("/books is revoked already");
        assertThat(annotations()).isEmpty();
    }

    @Test
    void a_timeout_that_is_none_is_one_line() {
        assertOneLine(Cli.run(api, "refresh", "books", "--timeout=soon"), 2, "--timeout: 'soon' is not a duration");
    }

    @Test
    void connect_without_a_browser_prints_the_link_and_where_the_code_is_and_never_the_code() {
        Connected books = seen(Connected.today("books")
                .conditions("False", Reason.AwaitingConsent, "open it", "True", null, "")
                .with("consent", Map.of("url", "https://oauth.example.com/connect/x/books")));
        api.client()
                .resource(new SecretBuilder(books.secret(Map.of("code", "0123-4567-89AB-CDEF-GHJK")))
                        .editMetadata()
                        .withName("books-consent")
                        .addToLabels(Names.ROLE, Names.CONSENT)
                        .endMetadata()
                        .build())
                .create();
        Cli ran = Cli.run(api, "connect", "books", "--no-browser", "--timeout=1s");
        assertThat(ran.exitCode()).isEqualTo(5);
        assertThat(ran.out()).isEqualTo("https://oauth.example.com/connect/x/books\n");
        assertThat(ran.err())
                .contains("kubectl get secret books-consent --namespace " + api.namespace())
                .doesNotContain("0123-4567");
    }

    @Test
    void connect_says_how_to_reach_a_page_that_is_behind_a_port_forward() {
        seen(Connected.today("books")
                .conditions("False", Reason.AwaitingConsent, "open it", "True", null, "")
                .with("consent", Map.of("url", "http://localhost:1/connect/x/books")));
        assertOneLine(
                Cli.run(api, "connect", "books", "--timeout=1s"),
                5,
                "kubectl port-forward --namespace oauthconnection-system service/oauth-connection-operator 1:80");
    }

    @Test
    void connect_opens_nothing_that_is_no_page() {
        seen(Connected.today("books")
                .conditions("False", Reason.AwaitingConsent, "open it", "True", null, "")
                .with("consent", Map.of("url", "file:///etc/passwd")));
        assertOneLine(Cli.run(api, "connect", "books"), 3, "status.consent.url is no page that may be opened");
    }

    @Test
    void connect_ends_where_something_else_than_consent_is_needed() {
        seen(Connected.today("books").stalled("False", Reason.ClientSecretNotFound, "there is no Secret"));
        assertOneLine(Cli.run(api, "connect", "books"), 3, "ClientSecretNotFound: there is no Secret");
    }

    @Test
    void connect_is_done_where_the_token_is_there() {
        seen(Connected.today("books").ready());
        Cli ran = Cli.run(api, "connect", "books");
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err()).endsWith("/books is connected.\n");
    }
}

package dev.oauthconnection.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Reason;
import dev.oauthconnection.testing.ApiServer;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** token, against a real API server. */
class TokenCommandIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    private static String in(long seconds) {
        return Clock.systemUTC().instant().plusSeconds(seconds).toString();
    }

    private static void publish(Connected connection, String expiresAt) {
        api.client()
                .resource(connection.secret(Map.of("access_token", "secret-at", "expires_at", expiresAt)))
                .create();
    }

    @Test
    void the_token_and_nothing_else_goes_to_standard_output() {
        publish(Connected.today("books").ready().createIn(api), in(600));
        Cli ran = Cli.run(api, "token", "books");
        assertThat(ran).isEqualTo(new Cli(0, "secret-at\n", ""));
    }

    @Test
    void a_warning_goes_to_standard_error_without_the_token() {
        publish(
                Connected.today("books")
                        .ready()
                        .conditions("True", Reason.TokenCurrent, "", "False", Reason.GrantLost, "lost")
                        .createIn(api),
                in(600));
        Cli ran = Cli.run(api, "token", "books");
        assertThat(ran.out()).isEqualTo("secret-at\n");
        assertThat(ran.err()).startsWith("warning: ").contains("GrantLost").doesNotContain("secret-at");
    }

    @Test
    void a_token_that_has_lapsed_is_exit_code_four_and_one_line() {
        publish(Connected.today("books").ready().createIn(api), in(-60));
        Cli ran = Cli.run(api, "token", "books");
        assertThat(ran.exitCode()).isEqualTo(4);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err().lines()).singleElement().asString().contains("lapsed 1m");
    }

    @Test
    void a_connection_without_a_token_says_what_to_do() {
        Connected.today("books")
                .conditions("False", Reason.AwaitingConsent, "", "True", null, "")
                .createIn(api);
        Cli ran = Cli.run(api, "token", "books");
        assertThat(ran.exitCode()).isEqualTo(4);
        assertThat(ran.err().lines())
                .singleElement()
                .asString()
                .contains("has no access token yet (AwaitingConsent): " + Reason.AwaitingConsent.action());
    }
}

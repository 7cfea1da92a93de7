package dev.oauthconnection.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.Reason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When connect opens the page, when it is done, and when there is no point in waiting; and which browser it opens. */
class ConsentProgressTest {
    private static final Map<String, Object> URL = Map.of("url", "https://oauth.example.com/connect/finance/books");

    /** Seen by the operator as it is now. */
    private static OAuthConnection seen(Connected connection) {
        OAuthConnection seen = connection.with("observedGeneration", 2L).build();
        seen.getMetadata().setGeneration(2L);
        return seen;
    }

    @Test
    void before_the_operator_has_seen_it_it_is_waited_for() {
        assertThat(ConsentProgress.of(Connected.named("books").build())).isInstanceOf(ConsentProgress.Waiting.class);
    }

    @Test
    void what_the_operator_said_of_an_earlier_spec_does_not_count() {
        OAuthConnection edited = seen(Connected.named("books").ready());
        edited.getMetadata().setGeneration(3L);
        assertThat(ConsentProgress.of(edited)).isInstanceOf(ConsentProgress.Waiting.class);
    }

    @Test
    void where_consent_is_asked_for_its_page_is_named() {
        Connected asking = Connected.named("books")
                .stalled("False", Reason.GrantLost, "lost")
                .with("consent", URL);
        assertThat(ConsentProgress.of(seen(asking)))
                .isEqualTo(new ConsentProgress.Asked("https://oauth.example.com/connect/finance/books"));
    }

    @Test
    void a_lost_grant_whose_token_is_still_valid_asks_too() {
        Connected asking = Connected.named("books")
                .ready()
                .conditions("True", Reason.TokenCurrent, "", "False", Reason.GrantLost, "lost")
                .with("consent", URL);
        assertThat(ConsentProgress.of(seen(asking))).isInstanceOf(ConsentProgress.Asked.class);
    }

    @Test
    void a_current_token_is_the_end() {
        assertThat(ConsentProgress.of(seen(Connected.named("books").ready())))
                .isInstanceOf(ConsentProgress.Connected.class);
    }

    @Test
    void what_consent_does_not_help_against_is_told_with_what_to_do() {
        Connected stuck = Connected.named("books").stalled("False", Reason.ProviderNotFound, "there is no provider");
        assertThat(ConsentProgress.of(seen(stuck)))
                .isEqualTo(new ConsentProgress.Stuck(
                        "ProviderNotFound: there is no provider. " + Reason.ProviderNotFound.action()));
    }

    @Test
    void a_suspended_connection_is_not_waited_for() {
        assertThat(ConsentProgress.of(
                        Connected.named("books").spec("suspend", true).build()))
                .isInstanceOf(ConsentProgress.Stuck.class);
    }

    @ParameterizedTest
    @CsvSource({
        "firefox:lynx, Linux, '', firefox lynx",
        "'', Linux, :0, xdg-open",
        "'', Linux, '', ''",
        "'', Mac OS X, '', open",
        "'', Windows 11, '', rundll32",
        "lynx, Linux, :0, lynx xdg-open"
    })
    void the_browser_is_that_of_the_environment_or_the_desktop(
            String browser, String system, String display, String programs) {
        assertThat(Browser.commands(Map.of("BROWSER", browser, "DISPLAY", display), system, "https://x/").stream()
                        .map(List::getFirst))
                .isEqualTo(programs.isEmpty() ? List.of() : List.of(programs.split(" ")));
    }
}

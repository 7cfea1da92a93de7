package dev.oauthconnection.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.OAuthConnectionStatus.Token;
import dev.oauthconnection.api.Reason;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What came of a refresh or a revocation that was asked for. */
class ActionProgressTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Map<String, Object> HANDLED = Map.of("refreshRequested", "v", "revokeRequested", "v");

    private final Connected books = Connected.named("books").ready();
    private final @Nullable Token before = books.build().getStatus().token();

    @Test
    void a_refresh_is_carried_out_once_the_token_is_another_one() {
        assertThat(ActionProgress.ofRefresh(books.build(), "v", before)).isEmpty();
        books.token(Duration.ZERO, HOUR, HOUR).with("handled", HANDLED);
        assertThat(ActionProgress.ofRefresh(books.build(), "v", before))
                .contains(new ActionProgress.Carried("the token is valid until 2026-03-01T13:00:00Z"));
        assertThat(ActionProgress.ofRefresh(books.build(), "another", before)).isEmpty();
    }

    @Test
    void a_refresh_that_was_sent_and_failed_is_waited_for() {
        books.token(Duration.ofMinutes(10), null, HOUR).with("handled", HANDLED);
        assertThat(ActionProgress.ofRefresh(books.build(), "v", before)).isEmpty();
    }

    @Test
    void two_refreshes_within_a_second_are_two() {
        books.with("handled", HANDLED);
        assertThat(ActionProgress.ofRefresh(books.build(), "v", before)).isPresent();
    }

    @Test
    void a_refresh_that_was_refused_needs_a_person() {
        books.conditions("True", Reason.TokenCurrent, "", "False", Reason.GrantRefused, "invalid_grant")
                .with("handled", HANDLED);
        assertThat(ActionProgress.ofRefresh(books.build(), "v", before))
                .contains(new ActionProgress.Stalled("GrantRefused", "invalid_grant"));
    }

    @Test
    void a_revocation_is_carried_out_once_the_operator_says_so() {
        books.with("handled", HANDLED);
        assertThat(ActionProgress.ofRevocation(books.build(), "v")).isEmpty();
        books.stalled("False", Reason.Revoked, "as requested");
        assertThat(ActionProgress.ofRevocation(books.build(), "v"))
                .contains(new ActionProgress.Carried("as requested"));
    }

    @Test
    void what_could_not_be_carried_out_is_not_asked_for() {
        Connected asking = Connected.named("books").conditions("False", Reason.AwaitingConsent, "", "True", null, "");
        Connected exported = Connected.named("books").stalled("False", Reason.GrantExported, "");
        Connected suspended = Connected.named("books").ready().spec("suspend", true);
        assertThat(ActionProgress.againstRefresh(books.build())).isEmpty();
        assertThat(ActionProgress.againstRevocation(books.build())).isEmpty();
        assertThat(ActionProgress.againstRefresh(asking.build()))
                .contains("nobody has given consent yet: run 'oauthconnection connect books'");
        assertThat(ActionProgress.againstRevocation(asking.build())).isPresent();
        assertThat(ActionProgress.againstRefresh(exported.build())).isPresent();
        assertThat(ActionProgress.againstRevocation(exported.build()).orElseThrow())
                .contains("would end it where it is used now");
        assertThat(ActionProgress.againstRefresh(suspended.build())).isPresent();
        assertThat(ActionProgress.againstRevocation(suspended.build())).isPresent();
    }
}

package dev.oauthconnection.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Help.Ansi;

/** How the answer of status looks. */
class StatusReportTest {
    private static final ConnectionHealth BOOKS =
            Connected.named("books").ready().health(Duration.ofDays(60));
    private static final ConnectionHealth LOST = Connected.named("lost")
            .stalled("False", Reason.GrantLost, "the answer was lost")
            .health(null);

    private static String table(boolean withNamespace, boolean wide, Ansi ansi) {
        return StatusReport.table(List.of(LOST, BOOKS), withNamespace, wide, Connected.NOW)
                .render(ansi);
    }

    @Test
    void the_table_says_when_each_lapses() {
        assertThat(table(false, false, Ansi.OFF)).isEqualTo("""
                NAME    STATE    ACCOUNT          EXPIRES IN   NEXT REFRESH   GRANT LAPSES   REASON
                lost    Broken   -                -            -              -              GrantLost
                books   Ready    jo@example.com   20m          10m            59d            TokenCurrent
                """);
    }

    @Test
    void the_wide_table_of_all_namespaces_says_more() {
        assertThat(table(true, true, Ansi.OFF).lines().toList().getLast())
                .startsWith("finance")
                .endsWith("TokenCurrent   xero       -");
    }

    @Test
    void colours_leave_the_columns_where_they_are() {
        String coloured = table(false, false, Ansi.ON);
        assertThat(coloured).contains("\u001b[31mBroken").contains("\u001b[32mReady");
        assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(table(false, false, Ansi.OFF));
    }

    @Test
    void what_is_not_well_is_explained_below_with_what_to_do() {
        assertThat(StatusReport.advice(List.of(LOST, BOOKS)))
                .isEqualTo("\nfinance/lost: the answer was lost\n  " + Reason.GrantLost.action() + "\n");
    }

    @Test
    void a_status_that_somebody_edited_does_not_reach_the_terminal_as_escapes() {
        ConnectionHealth evil = Connected.named("evil")
                .stalled("False", Reason.GrantLost, "\u001b]0;owned\u0007\u001b[2Jall is well\r\nbooks   Ready")
                .health(null);
        assertThat(StatusReport.advice(List.of(evil)))
                .doesNotContain("\u001b", "\u0007", "\r")
                .startsWith("\nfinance/evil:  ]0;owned [2Jall is well books   Ready\n  ");
    }

    @Test
    void programs_get_whole_times_and_no_empty_fields() {
        assertThat(StatusReport.document(List.of(BOOKS, LOST)).get("connections"))
                .isEqualTo(List.of(
                        Map.ofEntries(
                                Map.entry("namespace", "finance"),
                                Map.entry("name", "books"),
                                Map.entry("provider", "xero"),
                                Map.entry("state", "Ready"),
                                Map.entry("needsPerson", false),
                                Map.entry("account", "jo@example.com"),
                                Map.entry("expiresAt", "2026-03-01T12:20:00Z"),
                                Map.entry("nextRefreshAt", "2026-03-01T12:10:00Z"),
                                Map.entry("grantLapsesAt", "2026-04-30T11:50:00Z"),
                                Map.entry("reason", "TokenCurrent"),
                                Map.entry("message", "the token is valid until then")),
                        Map.of(
                                "namespace", "finance",
                                "name", "lost",
                                "provider", "xero",
                                "state", "Broken",
                                "needsPerson", true,
                                "reason", "GrantLost",
                                "message", "the answer was lost",
                                "action", Reason.GrantLost.action())));
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0s",
        "PT59S, 59s",
        "PT1M, 1m",
        "PT1M5S, 1m5s",
        "PT12M5S, 12m",
        "PT3H, 3h",
        "PT3H5M, 3h5m",
        "P1DT2H, 1d2h",
        "P59DT23H, 59d",
        "PT-5M-3S, 5m3s ago"
    })
    void spans_of_time_are_short(Duration span, String text) {
        assertThat(Spans.until(Connected.NOW.plus(span), Connected.NOW)).isEqualTo(text);
    }
}

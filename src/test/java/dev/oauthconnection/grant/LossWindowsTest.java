package dev.oauthconnection.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.testing.CheckedIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** docs/loss-windows.md: what it says of each window is what the code says, and each has its length there. */
class LossWindowsTest {
    private static final Path PAGE = Path.of("docs", "loss-windows.md");
    private static final String BEGIN =
            "<!-- Generated from the enum LossWindow. Bring it up to date with: mvn -q test -Dtest=LossWindowsTest -Dregenerate -->\n";
    private static final String END = "<!-- End of what is generated. -->\n";

    @Test
    void the_table_of_windows_is_that_of_the_code() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        assertThat(begin).as("where the table begins").isNotNegative();
        assertThat(end).as("where the table ends").isGreaterThan(begin);

        CheckedIn.assertCurrent(
                PAGE, page.substring(0, begin) + BEGIN + table() + page.substring(end), LossWindowsTest.class);
    }

    @ParameterizedTest
    @EnumSource
    void each_window_says_in_the_docs_how_long_it_is(LossWindow window) throws IOException {
        String lengths =
                Files.readString(PAGE).split("## How long each is open", 2)[1].split("\n## ", 2)[0];

        assertThat(lengths).contains("| `" + window + "` | ");
    }

    @ParameterizedTest
    @EnumSource
    void each_window_says_what_happened_and_what_to_do_as_half_sentences(LossWindow window) {
        assertThat(window.meaning()).matches("[a-z].*[a-z]");
        assertThat(window.search()).startsWith("look for ").matches(".*[a-z]");
    }

    private static String table() {
        return Arrays.stream(LossWindow.values())
                .map(LossWindowsTest::row)
                .collect(Collectors.joining(
                        "",
                        "| window | what happened | at a provider that | what to do beside a new consent |\n|---|---|---|---|\n",
                        ""));
    }

    private static String row(LossWindow window) {
        String where = window.inSpiteOfGrace() ? "has a grace period" : "spends refresh tokens, without grace";
        return "| `%s` | %s | %s | %s |\n".formatted(window, window.meaning(), where, window.search());
    }
}

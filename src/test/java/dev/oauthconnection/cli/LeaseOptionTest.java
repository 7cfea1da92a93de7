package dev.oauthconnection.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.operator.Configuration;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** How long a leader that fell silent is waited for. */
class LeaseOptionTest {
    @ParameterizedTest
    @CsvSource({"'', 15", "--lease-duration=3s, 3", "--lease-duration=1m, 60"})
    void a_lease_lasts_as_long_as_is_said(String option, long seconds) {
        OperatorOptions options = new OperatorOptions();
        new CommandLine(options).parseArgs(option.isEmpty() ? new String[0] : new String[] {option});
        assertThat(options.configuration().lease())
                .isEqualTo(new Configuration.Lease("oauth-connection-operator", Duration.ofSeconds(seconds)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2s", "3500ms", "soon", "15"})
    void a_lease_that_is_too_short_or_no_duration_is_one_line(String duration) {
        StringWriter err = new StringWriter();
        int exitCode = Main.commandLine()
                .setErr(new PrintWriter(err, true))
                .execute("operator", "--lease-duration=" + duration);
        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly("--lease-duration: give whole seconds, 3s or more, such as 15s, not " + duration);
    }

    @Test
    void a_process_that_is_alone_has_none() {
        OperatorOptions options = new OperatorOptions();
        new CommandLine(options).parseArgs("--no-leader-elect");
        assertThat(options.configuration().lease()).isNull();
    }
}

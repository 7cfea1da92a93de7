package dev.oauthconnection.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class TokenServerCommandTest {
    private final StringWriter complaints = new StringWriter();

    private int run(String... options) {
        CommandLine command = Main.commandLine().setErr(new PrintWriter(complaints));
        String[] words = new String[options.length + 1];
        System.arraycopy(options, 0, words, 1, options.length);
        words[0] = "token-server";
        return command.execute(words);
    }

    @ParameterizedTest
    @CsvSource({"--port, 0", "--port, 70000", "--port, -1"})
    void a_port_that_is_none_is_refused(String option, String value) {
        assertThat(run(option + "=" + value)).isEqualTo(Main.EXIT_USAGE);
        assertThat(complaints.toString()).startsWith("--port takes a number from 1 to 65535");
    }

    @Test
    void a_port_that_is_taken_is_named_with_its_option() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(run("--port=" + taken.getLocalPort())).isEqualTo(Main.EXIT_USAGE);
            assertThat(complaints.toString())
                    .startsWith(
                            "port " + taken.getLocalPort() + " is taken in this pod: choose another one with --port");
        }
    }
}

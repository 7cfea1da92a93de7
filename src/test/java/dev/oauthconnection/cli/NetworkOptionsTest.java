package dev.oauthconnection.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with the network's settings is one line, and exit code 2, before anything is started. */
class NetworkOptionsTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "10.0.0.0/8;10.1.2.3/8, '10.1.2.3/8' names an address inside a block",
                "internal, 'internal' is no block of addresses"
            })
    void a_malformed_block_of_addresses_is_one_line(String blocks, String says) {
        StringWriter err = new StringWriter();
        int exitCode = Main.commandLine()
                .setErr(new PrintWriter(err, true))
                .execute("operator", "--allowed-addresses=" + blocks.replace(';', ','));
        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().startsWith("--allowed-addresses: " + says);
    }

    @Test
    void a_malformed_proxy_is_a_complaint() {
        assertThatExceptionOfType(Complaint.class)
                .isThrownBy(() -> OperatorOptions.proxied(Map.of("HTTPS_PROXY", "socks5://u:p@proxy:1")))
                .withMessage("HTTPS_PROXY has the scheme socks5, and only http is supported:"
                        + " write http://host:port, or http://user:password@host:port")
                .matches(complaint -> complaint.exitCode() == 2);
    }
}

package dev.oauthconnection.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.cli.Finding.Level;
import dev.oauthconnection.oauth.Reachability.Result.Reached;
import dev.oauthconnection.oauth.Reachability.Result.Unreached;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Help.Ansi;

/** What the checks make of what they see. */
class FindingsTest {
    private static final URI PUBLIC = URI.create("https://oauth.example.com");

    private static Lease lease(String holder, Duration ago) {
        return new LeaseBuilder()
                .withNewSpec()
                .withHolderIdentity(holder)
                .withLeaseDurationSeconds(15)
                .withRenewTime(Connected.NOW.minus(ago).atZone(ZoneOffset.UTC))
                .endSpec()
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "pod/1, PT2S, Ok",
        "pod/1, PT19S, Ok",
        "pod/1, PT21S, Failed",
        "'', PT2S, Failed",
        "pod/1, PT-4S, Ok",
        "pod/1, PT-6S, Warning"
    })
    void an_operator_is_at_work_while_its_lease_is_renewed(String holder, Duration ago, Level level) {
        assertThat(OperatorLease.judge(lease(holder, ago), "system", Connected.NOW)
                        .level())
                .isEqualTo(level);
    }

    @Test
    void no_lease_is_no_operator() {
        Finding finding = OperatorLease.judge(null, "system", Connected.NOW);
        assertThat(finding.level()).isEqualTo(Level.Failed);
        assertThat(finding.action()).contains("docs/install.md", "--operator-namespace");
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, Ok, within 5s of this machine's",
        "PT-5S, Ok, within 5s of this machine's",
        "PT10S, Warning, the provider's is 10s ahead of this machine's",
        "PT-5M, Failed, the provider's is 5m behind this machine's",
    })
    void clocks_that_are_apart_are_told(Duration ahead, Level level, String found) {
        Finding finding = ProviderChecks.clock(ahead);
        assertThat(finding.level()).isEqualTo(level);
        assertThat(finding.found()).isEqualTo(found);
    }

    @Test
    void an_endpoint_that_fails_is_not_one_that_is_not_there() {
        URI token = URI.create("https://idp.example.com/token");
        assertThat(ProviderChecks.endpoint("token endpoint", token, new Reached(405, null))
                        .level())
                .isEqualTo(Level.Ok);
        assertThat(ProviderChecks.endpoint("token endpoint", token, new Reached(503, null))
                        .level())
                .isEqualTo(Level.Warning);
        assertThat(ProviderChecks.endpoint("token endpoint", token, new Unreached("no route"))
                        .level())
                .isEqualTo(Level.Failed);
    }

    @Test
    void the_public_url_is_that_of_a_connection_that_asks_for_consent() {
        Connected asking = Connected.named("books")
                .with("consent", Map.of("url", "https://oauth.example.com/oauth/connect/finance/books"));
        assertThat(ConsentPages.of(List.of(Connected.named("other").build(), asking.build())))
                .contains(URI.create("https://oauth.example.com/oauth"));
    }

    @Test
    void consent_pages_behind_a_port_forward_are_no_failure() {
        assertThat(ConsentPages.judge(PUBLIC, new Reached(404, null)).found())
                .contains("the redirect URI is https://oauth.example.com/callback");
        assertThat(ConsentPages.judge(PUBLIC, new Reached(502, null)).level()).isEqualTo(Level.Failed);
        assertThat(ConsentPages.judge(PUBLIC, new Unreached("no route")).level())
                .isEqualTo(Level.Failed);
        assertThat(ConsentPages.judge(URI.create("http://localhost:5001"), new Unreached("no connection"))
                        .level())
                .isEqualTo(Level.Warning);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "'transformer_prefix=\"k8s:enc:aescbc:v1:key1:\"', Ok",
                "'transformer_prefix=\"identity\"', Warning",
            })
    void encryption_is_told_by_what_the_api_server_counts(String prefix, Level level) {
        String line = "apiserver_storage_transformation_operations_total{resource=\"secrets\",status=\"OK\","
                + "transformation_type=\"to_storage\"," + prefix + "} 7\n";
        assertThat(EncryptionAtRest.judge(line).level()).isEqualTo(level);
    }

    @Test
    void where_nothing_is_counted_nobody_knows_and_the_docs_say_where_to_look() {
        Finding finding = EncryptionAtRest.judge("up 1\n");
        assertThat(finding.level()).isEqualTo(Level.Unknown);
        assertThat(finding.action()).startsWith("docs/backup-and-move.md");
    }

    @Test
    void what_is_not_well_is_followed_by_what_to_do() {
        Console console =
                new Console(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()), Ansi.OFF);
        assertThat(Finding.text(
                        List.of(Finding.ok("CRDs", "all"), new Finding("clock", Level.Failed, "5m behind", "Set it.")),
                        console))
                .isEqualTo("""
                        CHECK   RESULT   FOUND
                        CRDs    Ok       all
                        clock   Failed   5m behind

                        clock:
                          Set it.
                        """);
    }

    @ParameterizedTest
    @CsvSource({"Ok, 0", "Warning, 0", "Unknown, 0", "Failed, 3"})
    void only_what_failed_needs_a_person(Level level, int exitCode) {
        assertThat(Finding.exitCode(List.of(new Finding("x", level, "", "")))).isEqualTo(exitCode);
    }
}

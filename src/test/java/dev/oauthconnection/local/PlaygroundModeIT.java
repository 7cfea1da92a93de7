package dev.oauthconnection.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.oauthconnection.local.http.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Trying it without an account: the process brings the authorization server along. */
class PlaygroundModeIT {
    @RegisterExtension
    final LocalRig rig = new LocalRig();

    @Test
    void with_approve_both_connections_get_tokens_that_are_refreshed_by_themselves() throws IOException {
        LocalProcess process = rig.start("--playground", "--approve");
        rig.awaitReady("service");
        Duration firstToken = process.age();
        rig.awaitReady("local");
        report(process, firstToken);
        awaitRefresh("service");
        awaitRefresh("local");
        assertThat(process.out()).contains("  local ", "  service ", "valid until");
        assertThat(process.err()).isEmpty();
    }

    @Test
    void a_consent_given_at_a_browser_brings_the_token() throws Exception {
        LocalProcess process = rig.start("--playground");
        process.awaitOut("AwaitingConsent");
        assertThat(Http.to(rig.url("/token")).get().status()).isEqualTo(503);
        Visitor.Shown shown = new Visitor().allowAtPlayground(rig.port());
        assertThat(shown.status()).isEqualTo(200);
        assertThat(shown.text()).contains("Connected");
        String token = rig.awaitToken();
        assertThat(Http.to("http://127.0.0.1:" + (rig.port() + 1) + "/userinfo")
                        .with("Authorization", "Bearer " + token)
                        .get()
                        .status())
                .isEqualTo(200);
    }

    @Test
    void the_token_is_told_with_what_a_program_needs_and_never_the_refresh_token() {
        rig.start("--playground", "--approve");
        rig.awaitToken();
        JsonNode token = rig.json("/token");
        assertThat(token.path("tokenType").asText()).isEqualTo("Bearer");
        assertThat(token.path("expiresIn").asInt()).isBetween(1, 30);
        assertThat(token.path("scopes")).extracting(JsonNode::asText).contains("offline_access", "invoices.read");
        assertThat(token.toString()).doesNotContain("pgr_");
    }

    @Test
    void a_consent_that_is_there_is_not_given_again_at_the_next_start() throws Exception {
        LocalProcess first = rig.start("--playground", "--approve");
        rig.awaitToken();
        Path ledger = rig.folder().resolve("playground/playground.json");
        first.kill();
        int codes = codes(ledger);
        rig.start("--playground", "--approve");
        awaitRefresh("local");
        assertThat(codes(ledger)).isEqualTo(codes);
    }

    @Test
    void the_page_shows_what_the_terminal_shows() throws Exception {
        LocalProcess process = rig.start("--playground", "--approve");
        rig.awaitReady("service");
        process.awaitOut("token of");
        Matcher line = Pattern.compile(" service +(token of .*)").matcher(process.out());
        assertThat(line.find()).isTrue();
        assertThat(new Visitor().open(rig.url("/status")).text()).contains("service", "TokenCurrent", line.group(1));
    }

    @Test
    void after_a_logout_the_page_says_how_the_playgrounds_client_comes_back() throws Exception {
        rig.start("--playground", "--approve");
        rig.awaitToken();
        assertThat(rig.json("/logout").path("loggedOut").asBoolean()).isTrue();
        assertThat(new Visitor().open(rig.url("/")).text())
                .contains("The playground registers it again at the next start");
    }

    @Test
    void the_terminal_says_where_to_consent() {
        LocalProcess process = rig.start("--playground");
        process.awaitOut("http://localhost:" + rig.port() + "/home");
        process.awaitOut("AwaitingConsent: open http://localhost:" + rig.port() + "/connect/default/local");
    }

    private static int codes(Path ledger) throws IOException {
        return new com.fasterxml.jackson.databind.ObjectMapper()
                .readTree(Files.readAllBytes(ledger))
                .path("codes")
                .size();
    }

    private void awaitRefresh(String connection) {
        rig.awaitReady(connection);
        String before = rig.connection(connection).path("refreshedAt").asText();
        await().atMost(LocalProcess.PATIENCE)
                .until(() ->
                        !rig.connection(connection).path("refreshedAt").asText().equals(before));
    }

    /** Figures for whoever asks; nothing depends on them. */
    private static void report(LocalProcess process, Duration firstToken) throws IOException {
        Path status = Path.of("/proc", "" + process.pid(), "status");
        String memory = !Files.exists(status)
                ? "unknown"
                : Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .map(line -> line.substring(6).strip())
                        .findFirst()
                        .orElse("unknown");
        System.out.printf(
                "local mode: start of the JVM to the first token %d ms, resident memory %s%n",
                firstToken.toMillis(), memory);
    }
}

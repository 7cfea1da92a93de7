package dev.oauthconnection.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.oauthconnection.local.http.Http;
import dev.oauthconnection.local.server.PythonScript;
import dev.oauthconnection.local.server.ScriptedXero;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The token server for an app of Xero's, with a scripted Xero that a manifest puts in the place of the real one. */
class LocalXeroIT extends OnScriptedXero {
    @Test
    void the_classic_script_lists_the_invoices() throws Exception {
        PythonScript.requireIt();
        there.start();
        there.connect();
        PythonScript.Result result = PythonScript.run(
                "xero_invoices.py",
                Map.of(
                        "TOKEN_URL", rig.url("/token"),
                        "XERO_CONNECTIONS_URL", there.xero().url() + "/connections",
                        "XERO_API_URL", there.xero().url() + "/api.xro/2.0"));
        assertThat(result.output()).isEqualToIgnoringWhitespace("INV-0001 City Limousines 148.5 NZD");
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void the_lines_of_the_readme_run_as_they_stand() throws Exception {
        PythonScript.requireIt();
        there.start();
        there.connect();
        String readme = Files.readString(Path.of("README.md"));
        int from = readme.indexOf("```python\n") + "```python\n".length();
        String lines = readme.substring(from, readme.indexOf("```", from)).replace(":5001/", ":" + rig.port() + "/");
        PythonScript.Result result = PythonScript.runText(lines + "print(bool(token), tenant)");
        assertThat(result.output().strip()).isEqualTo("True " + ScriptedXero.TENANT_ID);
    }

    @Test
    void before_the_client_is_entered_the_answer_says_where() throws Exception {
        there.start();
        Http.Answer answer = Http.to(rig.url("/token")).get();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(LocalRig.read(answer).path("error").asText()).isEqualTo("not_configured");
        assertThat(LocalRig.read(answer).path("message").asText()).contains("http://localhost:" + rig.port() + "/");
        assertThat(LocalRig.read(answer).path("consent").asText())
                .isEqualTo("http://localhost:" + rig.port() + "/home");
    }

    @Test
    void before_the_consent_the_answer_says_where_to_give_it() throws Exception {
        there.start();
        new Visitor()
                .submit(
                        rig.url("/"),
                        Map.of("client_id", ScriptedXero.CLIENT_ID, "client_secret", ScriptedXero.CLIENT_SECRET));
        Http.Answer answer = Http.to(rig.url("/token")).get();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(LocalRig.read(answer).path("error").asText()).isEqualTo("no_token");
        assertThat(LocalRig.read(answer).path("message").asText()).isNotBlank();
        assertThat(LocalRig.read(answer).path("consent").asText())
                .isEqualTo("http://localhost:" + rig.port() + "/home");
    }

    @Test
    void tenants_are_those_that_xero_lists() throws Exception {
        there.start();
        there.connect();
        assertThat(rig.json("/tenants"))
                .extracting(tenant -> tenant.path("tenantId").asText())
                .containsExactly(ScriptedXero.TENANT_ID);
        assertThat(rig.json("/token").path("tenantId").asText()).isEqualTo(ScriptedXero.TENANT_ID);
    }

    @Test
    void a_refresh_that_is_asked_for_is_one_redemption() throws Exception {
        there.start();
        there.connect();
        String before = rig.awaitToken();
        JsonNode refreshed = rig.json("/refresh");
        assertThat(refreshed.path("accessToken").asText()).isNotEqualTo(before).isNotEmpty();
        assertThat(there.xero().redemptions()).containsExactly("authorization_code", "refresh_token");
    }

    @Test
    void a_revocation_reaches_xero_and_ends_the_token() throws Exception {
        there.start();
        there.connect();
        assertThat(rig.json("/revoke").path("revoked").asBoolean()).isTrue();
        assertThat(there.xero().revocations()).isEqualTo(1);
        await().atMost(LocalProcess.PATIENCE)
                .until(() -> Http.to(rig.url("/token")).get().status() == 503);
    }

    @Test
    void after_a_logout_the_client_is_unknown() throws Exception {
        there.start();
        there.connect();
        assertThat(rig.json("/logout").path("loggedOut").asBoolean()).isTrue();
        assertThat(there.xero().revocations()).isEqualTo(1);
        assertThat(rig.json("/token").path("error").asText()).isEqualTo("not_configured");
    }

    @Test
    void a_stop_and_a_start_refresh_nothing_that_is_not_due() throws Exception {
        LocalProcess first = there.start();
        there.connect();
        String token = rig.awaitToken();
        assertThat(first.terminate()).isIn(0, 143);
        LocalProcess second = there.start();
        assertThat(rig.awaitToken()).isEqualTo(token);
        second.awaitOut("valid until");
        await().atMost(LocalProcess.PATIENCE)
                .during(Duration.ofSeconds(2))
                .until(() -> there.xero().redemptions().size() == 1);
    }

    @Test
    void a_grant_that_was_edited_is_told_and_the_token_is_served_on() throws Exception {
        LocalProcess first = there.start();
        there.connect();
        String token = rig.awaitToken();
        first.terminate();
        Path secrets = rig.folder().resolve("state/secrets/oauthconnection-system");
        try (Stream<Path> files = Files.list(secrets)) {
            Path grant = files.filter(file -> file.getFileName().toString().startsWith("grant-"))
                    .findFirst()
                    .orElseThrow();
            String edited =
                    Files.readString(grant).replaceFirst("\"grant\" *: *\"[^\"]*\"", "\"grant\":\"bm90IGpzb24=\"");
            Files.writeString(grant, edited);
        }

        there.start();

        JsonNode refresh = rig.json("/refresh");
        assertThat(refresh.path("message").asText()).contains("cannot be read");
        assertThat(rig.connection("local").path("message").asText()).contains("; GrantUnreadable: ");
        assertThat(rig.awaitToken()).isEqualTo(token);
        Visitor.Shown home = new Visitor().open(rig.url("/home"));
        assertThat(home.text()).contains("restore it from a backup, or delete it and give consent again");
    }

    @Test
    void other_scopes_than_the_grants_end_the_process_and_leave_the_grant() throws Exception {
        LocalProcess first = there.start("--scopes", "offline_access,accounting.invoices");
        there.connect();
        String token = rig.awaitToken();
        first.terminate();
        LocalProcess refused = there.launch("--scopes", "offline_access accounting.contacts");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err().strip().lines())
                .singleElement()
                .asString()
                .contains("offline_access accounting.invoices", "revoke", "consent again");
        there.start("-o", "accounting.invoices", "-o", "offline_access");
        assertThat(rig.awaitToken()).isEqualTo(token);
        assertThat(rig.json("/refresh").path("accessToken").asText()).isNotEmpty();
    }
}

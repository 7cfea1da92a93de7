package dev.oauthconnection.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.oauthconnection.local.http.Http;
import dev.oauthconnection.local.server.ScriptedXero;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the options change, seen from outside. */
class LocalOptionsIT extends OnScriptedXero {
    /** Where /home leads, once the client is entered. */
    private Http.Answer home() throws Exception {
        new Visitor()
                .submit(
                        rig.url("/"),
                        Map.of("client_id", ScriptedXero.CLIENT_ID, "client_secret", ScriptedXero.CLIENT_SECRET));
        return Http.to("http://localhost:" + rig.port() + "/home").get();
    }

    @Test
    void xero_is_asked_for_the_scopes_of_the_older_token_servers() throws Exception {
        there.start();
        assertThat(home().sentTo("scope")).isEqualTo("offline_access accounting.transactions accounting.reports.read");
    }

    @Test
    void the_short_options_say_where_it_listens_and_what_it_asks_for() throws Exception {
        String redirect = "http://localhost:" + rig.port() + "/xero/back";
        LocalProcess process = rig.launchAs(there.options(
                "--folder",
                rig.folder().toString(),
                "-p",
                "" + rig.port(),
                "-n",
                "127.0.0.1",
                "-r",
                redirect,
                "-o",
                "offline_access,accounting.invoices",
                "-o",
                "accounting.contacts"));
        rig.awaitServing(process);
        Http.Answer home = home();
        assertThat(home.sentTo("redirect_uri")).isEqualTo(redirect);
        assertThat(home.sentTo("scope")).isEqualTo("offline_access accounting.invoices accounting.contacts");
        assertThat(Http.to("http://localhost:" + rig.port() + "/xero/back?error=access_denied&state=x")
                        .get()
                        .status())
                .isEqualTo(400);
    }

    @Test
    void a_grant_is_used_before_the_stated_lifetime_of_its_refresh_token_is_over() throws Exception {
        there.start("-m", "10");
        there.connect();
        JsonNode local = rig.connection("local");
        assertThat(Duration.between(instant(local, "refreshedAt"), instant(local, "nextRefreshAt")))
                .isPositive()
                .isLessThan(Duration.ofMinutes(10));
    }

    @Test
    void without_a_stated_lifetime_the_token_is_refreshed_when_it_is_due() throws Exception {
        there.start();
        there.connect();
        JsonNode local = rig.connection("local");
        assertThat(Duration.between(instant(local, "refreshedAt"), instant(local, "nextRefreshAt")))
                .isGreaterThan(Duration.ofMinutes(10));
    }

    private static Instant instant(JsonNode connection, String field) {
        return Instant.parse(connection.path(field).asText());
    }

    @Test
    void a_manifest_may_be_of_any_namespace() throws Exception {
        Path manifests = rig.manifest("""
                apiVersion: v1
                kind: Secret
                metadata: {name: x, namespace: sales}
                """);
        rig.start("--playground", "--approve", "--manifests", manifests.toString());
        rig.awaitReady("service");
    }

    @Test
    void scopes_that_bring_no_refresh_token_are_noticed() throws IOException {
        there.start("-o", "accounting.invoices")
                .awaitOut("without the scope offline_access Xero gives no refresh token");
    }

    @Test
    void with_the_flag_that_says_so_it_serves_every_address_of_the_machine() throws IOException {
        there.start("-n", "0.0.0.0", "--serve-tokens-to-the-network");
        assertThat(Http.to(rig.url("/livez")).get().status()).isEqualTo(200);
        assertThat(Http.to(rig.url("/livez"))
                        .with("Host", "evil.example:" + rig.port())
                        .get()
                        .status())
                .isEqualTo(421);
    }

    @Test
    void a_connection_of_a_manifest_is_consented_at_its_own_url() throws Exception {
        Path manifests = rig.manifest("""
                apiVersion: oauthconnection.dev/v1alpha1
                kind: OAuthConnection
                metadata: {name: second}
                spec:
                  provider: {name: playground}
                  client: {secretRef: {name: local-client}}
                  scopes: [offline_access, invoices.read]
                """);
        LocalProcess process = rig.start("--playground", "--manifests", manifests.toString());
        String url = "http://localhost:" + rig.port() + "/connect/default/second";
        process.awaitOut("AwaitingConsent: open " + url + " to give consent");
        Visitor.Shown shown = new Visitor().allowAtPlayground(rig.port(), url);
        assertThat(shown.text()).contains("Connected", "second");
        rig.awaitReady("second");
    }
}

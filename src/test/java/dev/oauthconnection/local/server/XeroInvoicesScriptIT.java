package dev.oauthconnection.local.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oauthconnection.local.http.Http;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import okhttp3.Credentials;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The classic script, unmodified, against the token server and a scripted Xero. */
class XeroInvoicesScriptIT {
    private final TokenServerRig rig = new TokenServerRig().start();
    private final URI redirectUri = URI.create(rig.url("/code"));
    private final ScriptedXero xero = ScriptedXero.start(redirectUri, 0, () -> rig.now);

    @BeforeAll
    static void requirePython() throws Exception {
        PythonScript.requireIt();
    }

    @AfterEach
    void stop() {
        xero.close();
        rig.close();
    }

    @Test
    void the_script_lists_the_invoices() throws Exception {
        rig.connected().publish(accessTokenOfXero(), Duration.ofMinutes(30));
        PythonScript.Result result = run();
        assertThat(result.output()).isEqualToIgnoringWhitespace("INV-0001 City Limousines 148.5 NZD");
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void the_script_fails_where_there_is_no_token() throws Exception {
        assertThat(run().exitCode()).isNotZero();
    }

    private PythonScript.Result run() throws Exception {
        return PythonScript.run(
                "xero_invoices.py",
                Map.of(
                        "TOKEN_URL", "http://127.0.0.1:" + rig.port + "/token",
                        "XERO_CONNECTIONS_URL", xero.url() + "/connections",
                        "XERO_API_URL", xero.url() + "/api.xro/2.0"));
    }

    private String accessTokenOfXero() throws Exception {
        Http.Answer answer = Http.to(xero.url() + "/identity/connect/authorize?response_type=code&client_id="
                        + ScriptedXero.CLIENT_ID + "&redirect_uri=" + redirectUri
                        + "&state=s&scope=accounting.invoices")
                .get();
        Http.Answer token = Http.to(xero.url() + "/connect/token")
                .with("Authorization", Credentials.basic(ScriptedXero.CLIENT_ID, ScriptedXero.CLIENT_SECRET))
                .post(Http.form(
                        "grant_type", "authorization_code",
                        "code", String.valueOf(answer.sentTo("code")),
                        "redirect_uri", redirectUri.toString()));
        return new ObjectMapper().readTree(token.body()).path("access_token").asText();
    }
}

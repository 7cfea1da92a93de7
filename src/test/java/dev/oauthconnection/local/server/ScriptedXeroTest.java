package dev.oauthconnection.local.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oauthconnection.local.http.Http;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import okhttp3.Credentials;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScriptedXeroTest {
    private static final URI REDIRECT_URI = URI.create("http://localhost:5001/code");

    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final ScriptedXero xero = ScriptedXero.start(REDIRECT_URI, 0, () -> now);

    @AfterEach
    void stop() {
        xero.close();
    }

    @Test
    void a_refresh_token_rotates_and_can_be_retried_within_the_grace() throws IOException {
        String first = granted().path("refresh_token").asText();
        assertThat(refresh(first).status()).isEqualTo(200);
        now = now.plus(Duration.ofMinutes(29));
        assertThat(refresh(first).status()).isEqualTo(200);
    }

    @Test
    void after_the_grace_a_used_refresh_token_is_an_invalid_grant() throws IOException {
        String first = granted().path("refresh_token").asText();
        refresh(first);
        now = now.plus(Duration.ofMinutes(31));
        Http.Answer answer = refresh(first);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("{\"error\":\"invalid_grant\"}");
    }

    @Test
    void an_idle_refresh_token_lapses_after_60_days() throws IOException {
        String first = granted().path("refresh_token").asText();
        now = now.plus(Duration.ofDays(61));
        assertThat(refresh(first).status()).isEqualTo(400);
    }

    @Test
    void without_offline_access_there_is_no_refresh_token() throws IOException {
        assertThat(granted("accounting.invoices").has("refresh_token")).isFalse();
    }

    @Test
    void invoices_need_a_valid_token_and_the_tenant() throws IOException {
        String token = "Bearer " + granted().path("access_token").asText();
        String url = xero.url() + "/api.xro/2.0/Invoices";
        assertThat(Http.to(url).get().status()).isEqualTo(401);
        assertThat(Http.to(url).with("Authorization", token).get().status()).isEqualTo(403);
        Http invoices = Http.to(url).with("Authorization", token).with("Xero-tenant-id", ScriptedXero.TENANT_ID);
        assertThat(invoices.get().body()).contains("INV-0001");
        now = now.plus(Duration.ofMinutes(30));
        assertThat(invoices.get().status()).isEqualTo(401);
    }

    private JsonNode granted() throws IOException {
        return granted("offline_access accounting.invoices");
    }

    private JsonNode granted(String scope) throws IOException {
        Http.Answer answer = Http.to(xero.url() + "/identity/connect/authorize?response_type=code&client_id="
                        + ScriptedXero.CLIENT_ID + "&redirect_uri=" + REDIRECT_URI + "&state=s&scope="
                        + scope.replace(" ", "%20"))
                .get();
        return new ObjectMapper()
                .readTree(token(Http.form(
                                "grant_type", "authorization_code",
                                "code", String.valueOf(answer.sentTo("code")),
                                "redirect_uri", REDIRECT_URI.toString()))
                        .body());
    }

    private Http.Answer refresh(String refreshToken) {
        return token(Http.form("grant_type", "refresh_token", "refresh_token", refreshToken));
    }

    private Http.Answer token(Map<String, String> form) {
        return Http.to(xero.url() + "/connect/token")
                .with("Authorization", Credentials.basic(ScriptedXero.CLIENT_ID, ScriptedXero.CLIENT_SECRET))
                .post(form);
    }
}

package dev.oauthconnection.local.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.local.http.Http;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenServerTest {
    private final TokenServerRig rig = new TokenServerRig().start();

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void the_form_stores_the_client_and_declares_the_connection() {
        assertThat(rig.store().header("Location")).isEqualTo("/");
        Secret client = rig.kubernetes
                .secrets()
                .inNamespace("default")
                .withName("local-client")
                .get();
        assertThat(client.getData())
                .containsEntry("client_id", TokenServerRig.base64("my-app"))
                .containsEntry("client_secret", TokenServerRig.base64(TokenServerRig.CLIENT_SECRET));
        assertThat(rig.connection().getSpec().provider().name()).isEqualTo("xero");
        assertThat(rig.connection().getSpec().scopes()).isEqualTo(TokenServerRig.SCOPES);
    }

    @Test
    void the_form_without_a_client_id_is_refused_with_what_to_do() {
        Http.Answer answer = rig.to("/").post(Http.form("client_id", " ", "client_secret", "x"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("Enter the client id");
        assertThat(rig.find()).isNull();
    }

    @Test
    void a_public_client_has_no_secret() {
        rig.to("/").post(Http.form("client_id", "my-app", "client_secret", ""));
        assertThat(rig.kubernetes
                        .secrets()
                        .inNamespace("default")
                        .withName("local-client")
                        .get()
                        .getData())
                .containsOnlyKeys("client_id");
    }

    @Test
    void the_form_can_be_used_again_with_another_client() {
        rig.store();
        rig.to("/").post(Http.form("client_id", "other-app", "client_secret", "other"));
        assertThat(rig.kubernetes
                        .secrets()
                        .inNamespace("default")
                        .withName("local-client")
                        .get()
                        .getData())
                .containsEntry("client_id", TokenServerRig.base64("other-app"))
                .doesNotContainKey("tenant_id");
    }

    @Test
    void the_token_is_told_with_all_that_a_client_needs_and_no_refresh_token() {
        rig.connected();
        Http.Answer answer = rig.to("/token").get();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        assertThat(rig.json(answer)).hasToString("""
                {"accessToken":"access-1","tokenType":"Bearer","expiresAt":"2026-03-01T12:30:00Z","expiresIn":1800,\
                "scopes":["offline_access","accounting.invoices"],"tenantId":"t-1"}""");
    }

    @Test
    void with_no_client_yet_the_token_is_503_and_says_where_to_begin() {
        Http.Answer answer = rig.to("/token").get();
        assertThat(answer.status()).isEqualTo(503);
        JsonNode json = rig.json(answer);
        assertThat(json.path("error").asText()).isEqualTo("not_configured");
        assertThat(json.path("message").asText()).contains(rig.url("/"));
        assertThat(json.path("consent").asText()).isEqualTo(rig.url("/home"));
    }

    @Test
    void with_no_token_yet_the_token_is_503_and_says_where_to_consent() {
        rig.store();
        rig.status(Reason.AwaitingConsent, "False", null, null);
        Http.Answer answer = rig.to("/token").with("Accept", "text/html").get();
        assertThat(answer.status()).isEqualTo(503);
        JsonNode json = rig.json(answer);
        assertThat(json.path("error").asText()).isEqualTo("no_token");
        assertThat(json.path("message").asText()).contains(Reason.AwaitingConsent.meaning());
        assertThat(json.path("consent").asText()).isEqualTo(rig.url("/home"));
    }

    @Test
    void an_expired_token_is_never_told() {
        rig.connected();
        rig.now = rig.now.plus(Duration.ofMinutes(30));
        Http.Answer answer = rig.to("/token").get();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).contains("token_expired").doesNotContain("access-1");
    }

    @Test
    void a_valid_token_is_told_whatever_the_refresh_is_doing() {
        rig.connected();
        rig.status(Reason.ProviderUnavailable, "False", null, null);
        assertThat(rig.to("/token").get().status()).isEqualTo(200);
    }

    @Test
    void a_foreign_secret_of_the_same_name_is_no_token() {
        rig.store();
        rig.kubernetes
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName("local")
                        .endMetadata()
                        .addToData("access_token", TokenServerRig.base64("foreign"))
                        .addToData("expires_at", TokenServerRig.base64("2030-01-01T00:00:00Z"))
                        .build())
                .create();
        assertThat(rig.to("/token").get().status()).isEqualTo(503);
    }

    @Test
    void the_status_is_json_for_programs() {
        rig.connected();
        JsonNode json = rig.json(rig.to("/status").get());
        assertThat(json.path("connection").asText()).isEqualTo("local");
        assertThat(json.path("ready").asBoolean()).isTrue();
        assertThat(json.path("reason").asText()).isEqualTo("TokenCurrent");
        assertThat(json.path("expiresAt").asText()).isEqualTo("2026-03-01T12:30:00Z");
        assertThat(json.path("connections")).hasSize(1);
        assertThat(json.has("consent")).isFalse();
    }

    @Test
    void the_status_says_where_to_consent() {
        rig.store();
        rig.status(Reason.AwaitingConsent, "False", null, null);
        assertThat(rig.json(rig.to("/status").get()).path("consent").asText()).isEqualTo(rig.url("/home"));
    }

    @Test
    void the_status_is_a_live_page_for_a_browser_without_script() {
        rig.connected();
        rig.activity = List.of(new Ports.Activity.Line(rig.now, "local", "refreshed <b>once</b>"));
        assertThat(rig.to("/status").with("Accept", "text/html,*/*").get().body())
                .contains("http-equiv=\"refresh\" content=\"2\"", "TokenCurrent", "refreshed &lt;b&gt;once&lt;/b&gt;")
                .doesNotContain("<script");
    }

    @Test
    void livez_answers_before_anything_is_configured() {
        assertThat(rig.to("/livez").get().status()).isEqualTo(200);
    }

    @Test
    void other_scopes_than_the_grants_stop_the_start_and_leave_all_as_it_is() {
        rig.connected();
        TokenServer other = rig.create(List.of("accounting.contacts"), rig.url("/code"));
        assertThat(other.prepare()).isInstanceOf(ScopeCheck.Differs.class);
        assertThat(rig.connection().getSpec().scopes()).isEqualTo(TokenServerRig.SCOPES);
    }

    @Test
    void other_scopes_without_a_grant_are_taken_at_the_start() {
        rig.store();
        TokenServer other = rig.create(List.of("accounting.contacts"), rig.url("/code"));
        assertThat(other.prepare()).isInstanceOf(ScopeCheck.Fits.class);
        assertThat(rig.connection().getSpec().scopes()).containsExactly("accounting.contacts");
    }

    @Test
    void a_first_start_declares_nothing() {
        assertThat(rig.create(TokenServerRig.SCOPES, rig.url("/code")).prepare())
                .isInstanceOf(ScopeCheck.Fits.class);
        assertThat(rig.find()).isNull();
    }
}

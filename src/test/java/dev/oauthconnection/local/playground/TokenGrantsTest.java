package dev.oauthconnection.local.playground;

import static dev.oauthconnection.local.playground.PlaygroundRig.assertError;
import static dev.oauthconnection.local.playground.PlaygroundRig.codeForm;
import static dev.oauthconnection.local.playground.PlaygroundRig.json;
import static dev.oauthconnection.local.playground.PlaygroundRig.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.oauthconnection.local.http.Http;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import okhttp3.Credentials;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenGrantsTest {
    private PlaygroundRig rig;

    @BeforeEach
    void start(@TempDir Path temporary) {
        rig = new PlaygroundRig(temporary);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void a_code_gives_an_access_token_a_refresh_token_and_an_id_token() {
        Http.Answer answer = rig.redeem(rig.code());
        JsonNode token = json(answer);
        assertThat(text(token, "token_type")).isEqualTo("Bearer");
        assertThat(token.get("expires_in").asInt()).isEqualTo(30);
        assertThat(text(token, "scope")).isEqualTo("openid offline_access invoices.read");
        assertThat(token.fieldNames()).toIterable().contains("access_token", "refresh_token", "id_token");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void a_code_works_once_and_its_second_use_ends_what_it_gave() {
        String code = rig.code();
        JsonNode token = json(rig.redeem(code));
        assertError(rig.redeem(code), 400, "invalid_grant");
        assertThat(rig.userinfo(text(token, "access_token"))).isEqualTo(401);
        assertError(rig.refresh(text(token, "refresh_token")), 400, "invalid_grant");
    }

    @Test
    void a_code_lapses_after_a_minute() {
        String code = rig.code();
        rig.pass(Duration.ofSeconds(60));
        assertError(rig.redeem(code), 400, "invalid_grant");
    }

    @ParameterizedTest
    @CsvSource({
        "code, pgc_guessed, invalid_grant",
        "code_verifier, another-code-verifier-of-enough-characters-really, invalid_grant",
        "redirect_uri, http://localhost:5001/other, invalid_grant",
        "code_verifier, '', invalid_request",
        "redirect_uri, '', invalid_request"
    })
    void a_code_needs_its_own_verifier_and_redirect_uri(String name, String value, String error) {
        Map<String, String> form = codeForm(rig.code());
        form.put(name, value);
        assertError(rig.token(form), 400, error);
    }

    @Test
    void a_code_of_another_client_is_unknown_and_stays_good() {
        String code = rig.code();
        Map<String, String> form = codeForm(code);
        form.put("client_id", PlaygroundRig.PUBLIC);
        assertError(rig.to("/token").post(form), 400, "invalid_grant");
        assertThat(rig.redeem(code).status()).isEqualTo(200);
    }

    @Test
    void a_refresh_rotates_the_refresh_token() {
        String first = text(rig.granted(), "refresh_token");
        JsonNode second = json(rig.refresh(first));
        assertThat(text(second, "refresh_token")).isNotEqualTo(first);
        assertThat(rig.refresh(text(second, "refresh_token")).status()).isEqualTo(200);
    }

    @Test
    void a_refresh_token_that_was_used_revokes_its_family() {
        String first = text(rig.granted(), "refresh_token");
        JsonNode second = json(rig.refresh(first));
        assertError(rig.refresh(first), 400, "invalid_grant");
        assertError(rig.refresh(text(second, "refresh_token")), 400, "invalid_grant");
        assertThat(rig.userinfo(text(second, "access_token"))).isEqualTo(401);
    }

    @Test
    void a_revoked_family_takes_no_other_with_it() {
        String mine = text(rig.granted(), "refresh_token");
        String others = text(rig.granted(), "refresh_token");
        rig.refresh(mine);
        rig.refresh(mine);
        assertThat(rig.refresh(others).status()).isEqualTo(200);
    }

    @Test
    void a_refresh_token_of_another_client_is_unknown_and_stays_good() {
        String token = text(rig.granted(), "refresh_token");
        Http.Answer stolen = rig.to("/token")
                .post(Http.form(
                        "grant_type", "refresh_token", "refresh_token", token, "client_id", PlaygroundRig.PUBLIC));
        assertError(stolen, 400, "invalid_grant");
        assertThat(rig.refresh(token).status()).isEqualTo(200);
    }

    @Test
    void a_refresh_may_narrow_the_scope_and_not_widen_it() {
        JsonNode granted = rig.granted();
        JsonNode narrow = json(rig.token(Http.form(
                "grant_type", "refresh_token",
                "refresh_token", text(granted, "refresh_token"),
                "scope", "invoices.read")));
        assertThat(text(narrow, "scope")).isEqualTo("invoices.read");
        Map<String, String> wide = Http.form(
                "grant_type", "refresh_token",
                "refresh_token", text(narrow, "refresh_token"),
                "scope", "invoices.read profile");
        assertError(rig.token(wide), 400, "invalid_scope");
        assertThat(rig.refresh(text(narrow, "refresh_token")).status()).isEqualTo(200);
    }

    @Test
    void a_refresh_token_lapses_when_nobody_uses_it_for_a_month() {
        String token = text(rig.granted(), "refresh_token");
        rig.pass(Duration.ofDays(31));
        assertError(rig.refresh(token), 400, "invalid_grant");
    }

    @Test
    void client_credentials_give_a_short_token_and_no_refresh_token() {
        JsonNode token = json(rig.clientCredentials());
        assertThat(token.get("expires_in").asInt()).isEqualTo(15);
        assertThat(token.has("refresh_token")).isFalse();
        assertThat(token.has("id_token")).isFalse();
    }

    @Test
    void an_access_token_lapses() {
        String token = text(rig.granted(), "access_token");
        assertThat(rig.userinfo(token)).isEqualTo(200);
        rig.pass(Duration.ofSeconds(30));
        assertThat(rig.userinfo(token)).isEqualTo(401);
    }

    @Test
    void a_client_may_authenticate_in_the_body() {
        Map<String, String> form = codeForm(rig.code());
        form.put("client_id", PlaygroundClient.APP);
        form.put("client_secret", PlaygroundClient.SECRET);
        assertThat(rig.to("/token").post(form).status()).isEqualTo(200);
    }

    @Test
    void a_public_client_shows_its_id_alone() {
        Map<String, String> request = PlaygroundRig.authorizationRequest();
        request.put("client_id", PlaygroundRig.PUBLIC);
        request.put("scope", "openid");
        Map<String, String> form =
                codeForm(String.valueOf(rig.decide(request, "allow").sentTo("code")));
        form.put("client_id", PlaygroundRig.PUBLIC);
        assertThat(rig.to("/token").post(form).status()).isEqualTo(200);
    }

    @Test
    void a_wrong_secret_is_answered_401_with_a_challenge() {
        Http.Answer answer = rig.to("/token")
                .with("Authorization", Credentials.basic(PlaygroundClient.SERVICE, "wrong"))
                .post(Http.form("grant_type", "client_credentials"));
        assertError(answer, 401, "invalid_client");
        assertThat(answer.header("WWW-Authenticate")).startsWith("Basic");
    }

    @ParameterizedTest
    @CsvSource({"Bearer abc", "Basic", "Basic %%%", "Basic bm9jb2xvbg=="})
    void an_unreadable_authorization_header_is_an_invalid_client(String header) {
        Http.Answer answer =
                rig.to("/token").with("Authorization", header).post(Http.form("grant_type", "client_credentials"));
        assertError(answer, 401, "invalid_client");
    }

    @Test
    void two_ways_of_authentication_at_once_are_refused() {
        Map<String, String> form = codeForm(rig.code());
        form.put("client_secret", PlaygroundClient.SECRET);
        assertError(rig.token(form), 400, "invalid_request");
    }

    @Test
    void a_grant_type_that_is_not_the_clients_is_refused() {
        assertError(rig.token(Http.form("grant_type", "client_credentials")), 400, "unauthorized_client");
    }

    @Test
    void an_unknown_grant_type_is_refused() {
        assertError(rig.token(Http.form("grant_type", "password")), 400, "unsupported_grant_type");
    }

    @Test
    void a_body_that_is_no_form_is_refused() {
        Http.Answer answer = rig.to("/token").post(RequestBody.create("{}", MediaType.get("application/json")));
        assertError(answer, 400, "invalid_request");
    }

    @Test
    void a_body_over_64_KiB_is_refused() {
        Http.Answer answer = rig.token(Http.form("grant_type", "x".repeat(70_000)));
        assertThat(answer.status()).isEqualTo(413);
    }

    @Test
    void a_revoked_refresh_token_ends_its_family() {
        JsonNode granted = rig.granted();
        assertThat(revoke(PlaygroundClient.APP, text(granted, "refresh_token")).status())
                .isEqualTo(200);
        assertError(rig.refresh(text(granted, "refresh_token")), 400, "invalid_grant");
        assertThat(rig.userinfo(text(granted, "access_token"))).isEqualTo(401);
    }

    @Test
    void a_revoked_access_token_ends_alone() {
        JsonNode granted = rig.granted();
        revoke(PlaygroundClient.APP, text(granted, "access_token"));
        assertThat(rig.userinfo(text(granted, "access_token"))).isEqualTo(401);
        assertThat(rig.refresh(text(granted, "refresh_token")).status()).isEqualTo(200);
    }

    @Test
    void the_revocation_of_an_unknown_token_succeeds() {
        assertThat(revoke(PlaygroundClient.APP, "never-given").status()).isEqualTo(200);
    }

    @Test
    void another_clients_token_cannot_be_revoked() {
        JsonNode granted = rig.granted();
        assertError(revoke(PlaygroundClient.SERVICE, text(granted, "refresh_token")), 400, "invalid_grant");
        assertThat(rig.refresh(text(granted, "refresh_token")).status()).isEqualTo(200);
    }

    private Http.Answer revoke(String client, String token) {
        return rig.to("/revoke")
                .with("Authorization", Credentials.basic(client, PlaygroundClient.SECRET))
                .post(Http.form("token", token));
    }
}

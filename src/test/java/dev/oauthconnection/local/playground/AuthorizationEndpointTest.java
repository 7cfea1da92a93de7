package dev.oauthconnection.local.playground;

import static dev.oauthconnection.local.playground.PlaygroundRig.authorizationRequest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.local.http.Http;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthorizationEndpointTest {
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
    void the_page_says_who_asks_for_what_and_has_both_buttons() {
        assertThat(rig.authorize(authorizationRequest()).body())
                .contains("The playground asks: allow <code>playground-app</code>")
                .contains("invoices.read")
                .contains("value=\"allow\"")
                .contains("value=\"deny\"")
                .doesNotContain("<script");
    }

    @Test
    void a_consent_answers_with_code_state_and_issuer() {
        Http.Answer answer = rig.decide(authorizationRequest(), "allow");
        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.header("Location")).startsWith(PlaygroundRig.REDIRECT_URI + "?");
        assertThat(answer.sentTo("code")).isNotBlank();
        assertThat(answer.sentTo("state")).isEqualTo("a state & more");
        assertThat(answer.sentTo("iss")).isEqualTo(rig.playground.issuer());
    }

    @Test
    void a_refusal_answers_access_denied_with_state_and_issuer() {
        Http.Answer answer = rig.decide(authorizationRequest(), "deny");
        assertThat(answer.sentTo("error")).isEqualTo("access_denied");
        assertThat(answer.sentTo("code")).isNull();
        assertThat(answer.sentTo("state")).isEqualTo("a state & more");
        assertThat(answer.sentTo("iss")).isEqualTo(rig.playground.issuer());
    }

    @Test
    void anything_but_allow_is_a_refusal() {
        assertThat(rig.decide(authorizationRequest(), "perhaps").sentTo("error"))
                .isEqualTo("access_denied");
    }

    @ParameterizedTest
    @CsvSource({
        "redirect_uri, http://localhost:5001/code/",
        "redirect_uri, http://localhost:5001/code?x=1",
        "redirect_uri, http://127.0.0.1:5001/code",
        "redirect_uri, https://evil.example/code",
        "client_id, somebody-else"
    })
    void an_unknown_client_or_redirect_uri_is_told_to_the_person_and_never_redirected(String name, String value) {
        Map<String, String> request = authorizationRequest();
        request.put(name, value);
        Http.Answer answer = rig.authorize(request);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.headers().get("Location")).isNull();
        assertThat(answer.body()).contains(name);
    }

    @ParameterizedTest
    @CsvSource({
        "response_type, token, unsupported_response_type",
        "response_type, '', invalid_request",
        "code_challenge, '', invalid_request",
        "code_challenge, short, invalid_request",
        "code_challenge_method, plain, invalid_request",
        "code_challenge_method, '', invalid_request",
        "scope, openid admin, invalid_scope",
        "response_mode, fragment, invalid_request",
        "request_uri, https://evil.example/r, request_not_supported",
        "prompt, none, interaction_required"
    })
    void a_wrong_request_is_answered_at_the_redirect_uri(String name, String value, String error) {
        Map<String, String> request = authorizationRequest();
        request.put(name, value);
        Http.Answer answer = rig.authorize(request);
        assertThat(answer.sentTo("error")).isEqualTo(error);
        assertThat(answer.sentTo("state")).isEqualTo("a state & more");
        assertThat(answer.sentTo("iss")).isEqualTo(rig.playground.issuer());
    }

    @Test
    void a_repeated_parameter_is_refused() {
        Http.Answer answer =
                Http.to(rig.authorizeUrl(authorizationRequest()) + "&nonce=2").get();
        assertThat(answer.sentTo("error")).isEqualTo("invalid_request");
    }

    @Test
    void the_answer_works_once() {
        Http.Answer page = rig.authorize(authorizationRequest());
        Map<String, String> form = Http.form("page", PlaygroundRig.pageOf(page), "decision", "allow");
        assertThat(rig.to("/authorize").with("Cookie", page.cookie()).post(form).status())
                .isEqualTo(303);
        assertThat(rig.to("/authorize").with("Cookie", page.cookie()).post(form).status())
                .isEqualTo(400);
    }

    @Test
    void the_answer_must_come_from_the_browser_that_was_asked() {
        Http.Answer page = rig.authorize(authorizationRequest());
        Map<String, String> form = Http.form("page", PlaygroundRig.pageOf(page), "decision", "allow");
        assertThat(rig.to("/authorize").post(form).status()).isEqualTo(400);
    }

    @Test
    void the_answer_cannot_come_from_a_page_of_another_site() {
        Http.Answer page = rig.authorize(authorizationRequest());
        Http.Answer answer = rig.to("/authorize")
                .with("Cookie", page.cookie())
                .with("Sec-Fetch-Site", "cross-site")
                .post(Http.form("page", PlaygroundRig.pageOf(page), "decision", "allow"));
        assertThat(answer.status()).isEqualTo(403);
    }

    @Test
    void the_page_lapses() {
        Http.Answer page = rig.authorize(authorizationRequest());
        rig.pass(Duration.ofMinutes(11));
        assertThat(rig.to("/authorize")
                        .with("Cookie", page.cookie())
                        .post(Http.form("page", PlaygroundRig.pageOf(page), "decision", "allow"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void the_form_may_end_at_the_redirect_uri_and_nowhere_else() {
        assertThat(rig.authorize(authorizationRequest()).header("Content-Security-Policy"))
                .contains("default-src 'none'")
                .contains("form-action 'self' http://localhost:5001")
                .contains("frame-ancestors 'none'");
    }

    @Test
    void a_playground_that_approves_asks_nobody() {
        int port = rig.playground.port();
        rig.playground.close();
        rig.playground = rig.start(port, true);
        Http.Answer answer = rig.authorize(authorizationRequest());
        assertThat(rig.redeem(String.valueOf(answer.sentTo("code"))).status()).isEqualTo(200);
    }

    @Test
    void a_request_under_another_name_is_refused() {
        Http.Answer answer = rig.to("/jwks")
                .with("Host", "evil.example:" + rig.playground.port())
                .get();
        assertThat(answer.status()).isEqualTo(421);
    }

    @Test
    void every_answer_is_protected_and_none_is_for_other_origins() {
        for (String path : new String[] {"/authorize", "/jwks", "/.well-known/openid-configuration", "/nowhere"}) {
            Http.Answer answer =
                    rig.to(path).with("Origin", "https://evil.example").get();
            assertThat(answer.headers().names()).as(path).containsAll(Http.PROTECTION);
            assertThat(answer.headers().names()).as(path).noneMatch(name -> name.startsWith("Access-Control-"));
        }
    }
}

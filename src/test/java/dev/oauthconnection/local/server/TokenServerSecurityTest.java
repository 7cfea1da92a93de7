package dev.oauthconnection.local.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Reason;
import dev.oauthconnection.local.http.Http;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenServerSecurityTest {
    private static final List<String> EVERYTHING = List.of(
            "/",
            "/home",
            "/connect/default/books",
            "/code",
            "/livez",
            "/status",
            "/token",
            "/refresh",
            "/tenants",
            "/revoke",
            "/logout",
            "/nowhere");

    private final TokenServerRig rig = new TokenServerRig().start();

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void every_answer_is_protected_and_none_is_for_other_origins() {
        rig.connected();
        for (String path : EVERYTHING) {
            Http.Answer answer =
                    rig.to(path).with("Origin", "https://evil.example").get();
            assertThat(answer.headers().names()).as(path).containsAll(Http.PROTECTION);
            assertThat(answer.headers().names()).as(path).noneMatch(name -> name.startsWith("Access-Control-"));
        }
    }

    @Test
    void the_protection_is_strict() {
        Http.Answer answer = rig.to("/").get();
        assertThat(answer.header("Content-Security-Policy"))
                .contains("default-src 'none'", "style-src 'sha256-", "frame-ancestors 'none'", "form-action 'self'")
                .doesNotContain("script-src", "unsafe");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void a_request_under_another_name_is_refused_reads_included() {
        rig.connected();
        for (String path : EVERYTHING) {
            Http.Answer answer =
                    rig.to(path).with("Host", "evil.example:" + rig.port).get();
            assertThat(answer.status()).as(path).isEqualTo(421);
            assertThat(answer.body()).as(path).doesNotContain("access-1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "[::1]"})
    void the_names_of_this_machine_are_answered(String host) {
        assertThat(rig.to("/livez").with("Host", host + ":" + rig.port).get().status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/token", "/refresh", "/tenants", "/revoke", "/logout"})
    void pages_of_other_sites_get_no_token_and_change_nothing(String path) {
        rig.connected();
        for (String site : List.of("cross-site", "same-site")) {
            assertRefused(rig.to(path).with("Sec-Fetch-Site", site).get());
        }
        assertRefused(rig.to(path).with("Origin", "https://evil.example").get());
        assertRefused(rig.to(path).with("Origin", "null").get());
        assertRefused(rig.to(path).with("Sec-Purpose", "prefetch;prerender").get());
        assertThat(rig.connection().getMetadata().getAnnotations()).isNullOrEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/refresh", "/revoke", "/logout"})
    void a_browser_that_does_not_tell_its_page_changes_nothing_by_a_visit(String path) {
        rig.connected();
        assertRefused(rig.to(path).with("Accept-Language", "de").get());
        assertThat(rig.connection().getMetadata().getAnnotations()).isNullOrEmpty();
    }

    @Test
    void the_address_bar_may_ask_for_a_refresh() {
        rig.connected();
        rig.to("/refresh")
                .with("Accept-Language", "de")
                .with("Sec-Fetch-Site", "none")
                .get();
        assertThat(rig.connection().getMetadata().getAnnotations()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/refresh", "/revoke", "/logout"})
    void forms_of_other_sites_change_nothing(String path) {
        rig.connected();
        assertRefused(rig.to(path)
                .with("Origin", "https://evil.example")
                .post(Http.form("client_id", "evil", "client_secret", "evil")));
        assertRefused(rig.to(path)
                .with("Sec-Fetch-Site", "cross-site")
                .with("Origin", "null")
                .post(Http.form("client_id", "evil", "client_secret", "evil")));
        assertThat(rig.connection().getMetadata().getAnnotations()).isNullOrEmpty();
    }

    @Test
    void this_servers_own_forms_work() {
        Http.Answer answer = rig.to("/")
                .with("Sec-Fetch-Site", "same-origin")
                .with("Origin", "null")
                .post(Http.form("client_id", "my-app", "client_secret", "s"));
        assertThat(answer.status()).isEqualTo(303);
    }

    @Test
    void home_sends_the_browser_to_the_provider_with_a_cookie_for_the_way_back() {
        rig.store();
        Http.Answer answer = rig.to("/home").with("Sec-Fetch-Site", "none").get();
        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.header("Location")).isEqualTo("https://login.example/authorize?state=s");
        assertThat(answer.header("Set-Cookie"))
                .isEqualTo(
                        "oauth-consent=the-binding-of-this-browser; Path=/code; Max-Age=600; HttpOnly; SameSite=Lax");
    }

    @Test
    void another_sites_link_to_home_ends_at_a_button() {
        rig.store();
        Http.Answer answer =
                rig.to("/home").with("Sec-Fetch-Site", "cross-site").get();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().get("Set-Cookie")).isNull();
        assertThat(answer.body()).contains("href=\"/home\"");
    }

    @Test
    void every_connection_has_its_own_way_to_the_provider() {
        Http.Answer answer =
                rig.to("/connect/team-a/books").with("Sec-Fetch-Site", "none").get();
        assertThat(rig.begun).containsExactly("team-a/books");
        assertThat(answer.header("Location")).isEqualTo("https://login.example/authorize?state=s");
    }

    @Test
    void another_sites_link_to_a_connections_consent_ends_at_a_button() {
        Http.Answer answer = rig.to("/connect/team-a/books")
                .with("Sec-Fetch-Site", "cross-site")
                .get();
        assertThat(rig.begun).isEmpty();
        assertThat(answer.body()).contains("href=\"/connect/team-a/books\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/connect/Team/books", "/connect/default/..%2f..%2fsecrets", "/connect/default/%3Cscript%3E"})
    void what_cannot_be_a_connection_is_not_looked_for(String path) {
        Http.Answer answer = rig.to(path).get();
        assertThat(answer.status()).isIn(400, 404);
        assertThat(rig.begun).isEmpty();
    }

    @Test
    void home_moves_to_the_host_where_the_cookie_is_needed() {
        rig.store();
        Http.Answer answer = Http.to("http://127.0.0.1:" + rig.port + "/home").get();
        assertThat(answer.header("Location")).isEqualTo(rig.url("/home"));
        assertThat(answer.headers().get("Set-Cookie")).isNull();
    }

    @Test
    void home_without_a_client_leads_to_the_form() {
        assertThat(rig.to("/home").get().header("Location")).isEqualTo("/");
    }

    @Test
    void a_consent_that_cannot_start_says_why() {
        rig.store();
        rig.begin = new ConsentFlow.Begin.Refused("Correct the client <id> first.");
        Http.Answer answer = rig.to("/home").get();
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.body()).contains("Correct the client &lt;id&gt; first.");
    }

    @Test
    void the_authorization_response_is_completed_with_the_browsers_cookie() {
        Http.Answer answer = rig.to("/code?code=c&state=s&iss=i")
                .with("Cookie", "oauth-consent=the-binding-of-this-browser")
                .with("Sec-Fetch-Site", "cross-site")
                .get();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(rig.bindings).containsExactly("the-binding-of-this-browser");
        assertThat(rig.responses.getFirst()).containsEntry("code", List.of("c")).containsEntry("iss", List.of("i"));
        assertThat(answer.header("Set-Cookie")).contains("Max-Age=0");
        assertThat(answer.body()).doesNotContain("code=c");
    }

    @Test
    void a_failed_consent_shows_the_providers_words_escaped() {
        rig.completion =
                new ConsentFlow.Completion.Failed("Not connected", "The provider says: <script>alert(1)</script>");
        Http.Answer answer = rig.to("/code?error=access_denied").get();
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("&lt;script&gt;").doesNotContain("<script>");
    }

    @Test
    void a_form_post_goes_on_as_a_visit_which_carries_the_cookie() {
        Http.Answer answer = rig.to("/code")
                .with("Sec-Fetch-Site", "cross-site")
                .with("Origin", "https://login.example")
                .post(Http.form("code", "c&d", "state", "s"));
        assertThat(answer.status()).isEqualTo(303);
        assertThat(URI.create(answer.header("Location")).getRawQuery()).isEqualTo("code=c%26d&state=s");
        assertThat(rig.responses).isEmpty();
    }

    @Test
    void a_body_over_64_KiB_is_refused() {
        assertThat(rig.to("/").post(Http.form("client_id", "x".repeat(70_000))).status())
                .isEqualTo(413);
    }

    @Test
    void no_answer_tells_a_refresh_token_or_the_client_secret() {
        rig.connected();
        for (String path : EVERYTHING) {
            for (String accept : List.of("application/json", "text/html")) {
                assertThat(rig.to(path).with("Accept", accept).get().body())
                        .as(path)
                        .doesNotContain("a-refresh-token")
                        .doesNotContain(TokenServerRig.CLIENT_SECRET);
            }
        }
    }

    @Test
    void pages_never_show_the_access_token() {
        rig.connected();
        rig.status(Reason.TokenCurrent, "True", null, null);
        for (String path : List.of("/", "/status", "/home", "/code")) {
            assertThat(rig.to(path).with("Accept", "text/html").get().body())
                    .as(path)
                    .doesNotContain("access-1");
        }
    }

    private static void assertRefused(Http.Answer answer) {
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains("cross_site_request").doesNotContain("access-1");
    }
}

package dev.oauthconnection.consent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.delivery.SecretRights;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.javalin.Javalin;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked // the extension injects the client
@EnableKubernetesMockClient(crud = true)
class ConsentEndpointTest {
    private static final URI PUBLIC_URL = URI.create("https://connect.example");
    private static final String BOOKS = "/connect/finance/books";

    KubernetesClient kubernetes;
    ConsentWorld world;
    String code;
    private Javalin server;
    private final HttpClient browser = HttpClient.newHttpClient();

    @BeforeEach
    void serve() {
        world = new ConsentWorld(kubernetes);
        PairingCodes codes = new PairingCodes(kubernetes, SecretRights.LISTED);
        codes.ensure(kubernetes
                .resources(OAuthConnection.class)
                .inNamespace("finance")
                .withName("books")
                .get());
        code = codes.of("finance", "books");
        ConsentEndpoint endpoint =
                new ConsentEndpoint(world.replica(), codes, PUBLIC_URL, ConsentWorld.REDIRECT_URI, () -> world.now);
        server = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    endpoint.addTo(config.routes);
                })
                .start("127.0.0.1", 0);
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void code_then_confirmation_then_callback_connect() throws Exception {
        HttpResponse<String> redirect = confirm();
        assertThat(redirect.statusCode()).isEqualTo(303);
        String location = redirect.headers().firstValue("Location").orElseThrow();
        assertThat(location).startsWith("https://acme.example/authorize?");

        HttpResponse<String> done = callback(redirect, "&code=code-1&iss=https%3A%2F%2Facme.example");
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(done.body()).contains("Connected", "finance/books");
        assertThat(world.sent).hasSize(1);
    }

    @Test
    void a_grant_secret_that_was_edited_is_explained_on_the_page() throws Exception {
        String confirmation = confirmation();
        world.grants.unreadable = true;

        HttpResponse<String> page = post(BOOKS, "confirmation=" + confirmation);

        assertThat(page.statusCode()).isEqualTo(409);
        assertThat(page.body()).contains("The grant cannot be read", "restore it from a backup");
    }

    @Test
    void the_cookie_is_bound_to_the_host_and_out_of_reach_of_scripts() throws Exception {
        assertThat(confirm().headers().firstValue("Set-Cookie").orElseThrow())
                .startsWith("__Host-consent=")
                .contains("Secure", "HttpOnly", "SameSite=Lax", "Path=/")
                .doesNotContain("Domain");
    }

    @Test
    void the_confirmation_names_what_is_allowed_and_holds_no_secret() throws Exception {
        String page = post(BOOKS, "code=" + code).body();

        assertThat(page).contains("finance", "books", "acme-app", "acme.example", "invoices", "Pods in the namespace");
        assertThat(page).doesNotContain(code, "s3cret");
    }

    @Test
    void nothing_is_stored_before_the_confirmation() throws Exception {
        get(BOOKS);
        post(BOOKS, "code=" + code);

        assertThat(world.attemptSecrets()).isEmpty();
    }

    @Test
    void an_unknown_connection_looks_like_a_wrong_code() throws Exception {
        String wrong = post(BOOKS, "code=wrong").body();
        String unknown = post("/connect/finance/other", "code=wrong").body();

        assertThat(unknown.replace("other", "books")).isEqualTo(wrong);
    }

    @Test
    void a_confirmation_ends_with_what_it_showed() throws Exception {
        String confirmation = confirmation();
        world.change(List.of("payroll"));

        assertThat(post(BOOKS, "confirmation=" + confirmation).statusCode()).isEqualTo(403);
        assertThat(world.attemptSecrets()).isEmpty();
    }

    @Test
    void a_confirmation_ends_after_ten_minutes() throws Exception {
        String confirmation = confirmation();
        world.now = world.now.plus(Confirmation.LIFETIME);

        assertThat(post(BOOKS, "confirmation=" + confirmation).statusCode()).isEqualTo(403);
    }

    @Test
    void after_ten_wrong_codes_in_a_minute_the_right_one_has_to_wait() throws Exception {
        for (int i = 0; i < GuessLimit.GUESSES; i++) {
            post(BOOKS, "code=wrong");
        }
        assertThat(post(BOOKS, "code=" + code).statusCode()).isEqualTo(429);

        world.now = world.now.plus(Duration.ofMinutes(1));
        assertThat(post(BOOKS, "code=" + code).statusCode()).isEqualTo(200);
    }

    @Test
    void a_form_of_another_site_is_refused() throws Exception {
        for (String site : new String[] {"cross-site", "same-site", "none"}) {
            HttpRequest request = request(BOOKS)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .header("Sec-Fetch-Site", site)
                    .POST(HttpRequest.BodyPublishers.ofString("code=" + code))
                    .build();
            assertThat(send(request).statusCode()).isEqualTo(403);
        }
    }

    @Test
    void an_old_browser_without_fetch_metadata_must_name_our_origin() {
        assertThat(Origin.isOurs(null, "https://connect.example", PUBLIC_URL)).isTrue();
        assertThat(Origin.isOurs(null, "https://evil.example", PUBLIC_URL)).isFalse();
        assertThat(Origin.isOurs(null, "null", PUBLIC_URL)).isFalse();
        assertThat(Origin.isOurs(null, null, PUBLIC_URL)).isFalse();
        assertThat(Origin.isOurs("cross-site", "https://connect.example", PUBLIC_URL))
                .isFalse();
    }

    @Test
    void text_of_the_provider_is_escaped() throws Exception {
        HttpResponse<String> page = callback(
                confirm(),
                "&iss=https%3A%2F%2Facme.example&error=x&error_description=" + encode("<script>alert(1)</script>"));

        assertThat(page.statusCode()).isEqualTo(400);
        assertThat(page.body()).contains("&lt;script&gt;alert(1)").doesNotContain("<script");
    }

    @Test
    void names_in_the_path_are_escaped() throws Exception {
        assertThat(get("/connect/finance/" + encode("<script>x")).body()).doesNotContain("<script>x");
    }

    @Test
    void no_parameter_decides_where_the_browser_goes() throws Exception {
        String to = encode("https://evil.example/");
        String confirmation = confirmation();
        String extra = "?redirect_uri=" + to + "&next=" + to + "&url=" + to;
        HttpResponse<String> begun = post(BOOKS + extra, "confirmation=" + confirmation + "&redirect_uri=" + to);

        assertThat(begun.headers().firstValue("Location").orElseThrow())
                .startsWith("https://acme.example/authorize?")
                .doesNotContain("evil");
        assertThat(callback(begun, "&code=c&iss=https%3A%2F%2Facme.example&redirect_uri=" + to)
                        .headers()
                        .firstValue("Location"))
                .isEmpty();
    }

    @Test
    void every_page_is_locked_down() throws Exception {
        for (HttpResponse<String> page : new HttpResponse[] {
            get(BOOKS), post(BOOKS, "code=wrong"), post(BOOKS, "code=" + code), confirm(), get("/callback?state=x")
        }) {
            assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .contains("default-src 'none'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(page.headers().map())
                    .containsEntry("referrer-policy", List.of("no-referrer"))
                    .containsEntry("x-content-type-options", List.of("nosniff"))
                    .containsEntry("cache-control", List.of("no-store"));
        }
    }

    @Test
    void an_answer_by_form_post_is_posted_again_by_our_own_page() throws Exception {
        HttpRequest crossSite = request("/callback")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Sec-Fetch-Site", "cross-site")
                .POST(HttpRequest.BodyPublishers.ofString("state=s&code=" + encode("\"><script>") + "&other=o"))
                .build();

        assertThat(send(crossSite).body())
                .contains("name=\"state\" value=\"s\"")
                .doesNotContain("\"><script>", "other");
    }

    @Test
    void a_form_of_more_than_64_kib_is_not_read() throws Exception {
        assertThat(post(BOOKS, "code=" + "x".repeat(FormParameters.LARGEST_BODY))
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void parameters_that_are_no_form_are_refused() throws Exception {
        assertThat(post(BOOKS, "code=%zz").statusCode()).isEqualTo(400);
    }

    @Test
    void plain_http_is_for_loopback_alone() {
        URI redirect = URI.create("http://connect.example/callback");
        assertThatThrownBy(() -> PublicUrl.check(URI.create("http://connect.example"), redirect))
                .hasMessageContaining("must be https");
        assertThatThrownBy(() -> PublicUrl.check(PUBLIC_URL, redirect)).hasMessageContaining("under the origin");
        PublicUrl.check(URI.create("http://localhost:5001"), URI.create("http://localhost:5001/code"));
    }

    @Test
    void the_consent_url_keeps_the_public_urls_path() {
        assertThat(PublicUrl.consentUrl(URI.create("https://x.example/oauth/"), "finance", "books"))
                .isEqualTo("https://x.example/oauth/connect/finance/books");
    }

    private String confirmation() throws Exception {
        Matcher field = Pattern.compile("name=\"confirmation\" value=\"([^\"]+)\"")
                .matcher(post(BOOKS, "code=" + code).body());
        assertThat(field.find()).isTrue();
        return field.group(1);
    }

    private HttpResponse<String> confirm() throws Exception {
        return post(BOOKS, "confirmation=" + confirmation());
    }

    private HttpResponse<String> callback(HttpResponse<String> begun, String parameters) throws Exception {
        String state = ConsentWorld.query(
                        URI.create(begun.headers().firstValue("Location").orElseThrow()))
                .get("state");
        String cookie = begun.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
        return send(request("/callback?state=" + state + parameters)
                .header("Cookie", cookie)
                .build());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path).build());
    }

    private HttpResponse<String> post(String path, String form) throws Exception {
        return send(request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Sec-Fetch-Site", "same-origin")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return browser.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

package dev.oauthconnection.local.playground;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oauthconnection.local.http.Http;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Credentials;
import okhttp3.HttpUrl;

/** A playground on a free port, with a clock of the test's own, and a client that behaves. */
final class PlaygroundRig implements AutoCloseable {
    static final URI REDIRECT_URI = URI.create("http://localhost:5001/code");
    static final String VERIFIER = "a-code-verifier-of-enough-characters-for-rfc-7636";
    static final String PUBLIC = "public-app";

    Instant now = Instant.parse("2026-03-01T12:00:00Z");
    Playground playground;
    private final Path folder;

    PlaygroundRig(Path folder) {
        this.folder = folder;
        this.playground = start(0, false);
    }

    Playground start(int port, boolean approve) {
        PlaygroundClient app = PlaygroundClient.app(REDIRECT_URI);
        PlaygroundClient open = new PlaygroundClient(
                PUBLIC,
                null,
                Set.of("authorization_code", "refresh_token"),
                List.of(REDIRECT_URI),
                List.of("openid", "invoices.read"),
                Duration.ofSeconds(30));
        InstantSource clock = () -> now;
        try {
            return Playground.start(
                    new Playground.Settings(folder, port, List.of(PlaygroundClient.service(), app, open), approve),
                    clock);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Stops without a farewell, and starts again on the same folder and port. */
    void restart() {
        int port = playground.port();
        playground.close();
        playground = start(port, false);
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    Http to(String path) {
        return Http.to(playground.issuer() + path);
    }

    static Map<String, String> authorizationRequest() {
        return Http.form(
                "response_type", "code",
                "client_id", PlaygroundClient.APP,
                "redirect_uri", REDIRECT_URI.toString(),
                "scope", "openid offline_access invoices.read",
                "state", "a state & more",
                "nonce", "n-1",
                "code_challenge", Secrets.hash(VERIFIER),
                "code_challenge_method", "S256");
    }

    String authorizeUrl(Map<String, String> parameters) {
        HttpUrl.Builder url = HttpUrl.get(playground.issuer() + "/authorize").newBuilder();
        parameters.forEach(url::addQueryParameter);
        return url.build().toString();
    }

    Http.Answer authorize(Map<String, String> parameters) {
        return Http.to(authorizeUrl(parameters)).get();
    }

    /** Opens the page and gives the answer, as a browser does. */
    Http.Answer decide(Map<String, String> parameters, String decision) {
        Http.Answer page = authorize(parameters);
        assertThat(page.status()).isEqualTo(200);
        return to("/authorize")
                .with("Cookie", page.cookie())
                .with("Sec-Fetch-Site", "same-origin")
                .with("Origin", "null")
                .post(Http.form("page", pageOf(page), "decision", decision));
    }

    static String pageOf(Http.Answer page) {
        Matcher matcher = Pattern.compile("name=\"page\" value=\"([^\"]+)\"").matcher(page.body());
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    String code() {
        String code = decide(authorizationRequest(), "allow").sentTo("code");
        if (code == null) {
            throw new AssertionError("no code");
        }
        return code;
    }

    Http.Answer token(Map<String, String> form) {
        return to("/token")
                .with("Authorization", Credentials.basic(PlaygroundClient.APP, PlaygroundClient.SECRET))
                .post(form);
    }

    static Map<String, String> codeForm(String code) {
        return Http.form(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "redirect_uri",
                REDIRECT_URI.toString(),
                "code_verifier",
                VERIFIER);
    }

    Http.Answer redeem(String code) {
        return token(codeForm(code));
    }

    Http.Answer refresh(String refreshToken) {
        return token(Http.form("grant_type", "refresh_token", "refresh_token", refreshToken));
    }

    Http.Answer clientCredentials() {
        return to("/token")
                .with("Authorization", Credentials.basic(PlaygroundClient.SERVICE, PlaygroundClient.SECRET))
                .post(Http.form("grant_type", "client_credentials"));
    }

    /** A first answer with its refresh token. */
    JsonNode granted() {
        return json(redeem(code()));
    }

    int userinfo(String accessToken) {
        return to("/userinfo")
                .with("Authorization", "Bearer " + accessToken)
                .get()
                .status();
    }

    static JsonNode json(Http.Answer answer) {
        try {
            return new ObjectMapper().readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: status " + answer.status(), e);
        }
    }

    static String text(JsonNode json, String field) {
        assertThat(json.has(field)).as("field " + field).isTrue();
        return json.get(field).asText();
    }

    static void assertError(Http.Answer answer, int status, String error) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(text(json(answer), "error")).isEqualTo(error);
    }

    @Override
    public void close() {
        playground.close();
    }
}

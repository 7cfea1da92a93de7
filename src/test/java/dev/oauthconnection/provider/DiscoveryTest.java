package dev.oauthconnection.provider;

import static dev.oauthconnection.oauth.ScriptedServer.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.network.Networks;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.oauth.BoundedHttp;
import dev.oauthconnection.oauth.ScriptedServer;
import dev.oauthconnection.provider.Discovery.Result;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiscoveryTest {
    private static final String OIDC = "/.well-known/openid-configuration";
    private static final String OAUTH = "/.well-known/oauth-authorization-server";

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final ScriptedServer server = new ScriptedServer((request, out) -> {
        String path = request.split(" ")[1];
        out.write(answers.getOrDefault(path, http(404, "", "")).getBytes(StandardCharsets.UTF_8));
        return false;
    });
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final Discovery discovery =
            new Discovery(new BoundedHttp(Networks.open(), Duration.ofSeconds(5)), () -> now);

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private String document(String issuer) {
        return http(200, "", "{\"issuer\":\"" + issuer + "\",\"token_endpoint\":\"https://t.example/token\"}");
    }

    private Result discover() {
        return discovery.discover(server.uri(""), Trust.SYSTEM);
    }

    @Test
    void openid_connect_is_asked_first() {
        answers.put(OIDC, document(server.uri("").toString()));
        assertThat(discover()).isInstanceOfSatisfying(Result.Found.class, found -> assertThat(
                        found.metadata().tokenEndpoint())
                .isEqualTo("https://t.example/token"));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void rfc_8414_is_asked_next() {
        answers.put(OAUTH, document(server.uri("").toString()));
        assertThat(discover()).isInstanceOf(Result.Found.class);
    }

    @Test
    void a_path_is_kept_by_the_one_and_moved_by_the_other() {
        assertThat(Discovery.locations(URI.create("https://a.example/realms/r/")))
                .containsExactly(
                        URI.create("https://a.example/realms/r" + OIDC),
                        URI.create("https://a.example" + OAUTH + "/realms/r"));
    }

    @Test
    void another_issuer_in_the_document_is_refused_with_what_to_do() {
        answers.put(OIDC, document("https://evil.example"));
        assertThat(discover())
                .isEqualTo(new Result.Invalid("the document at " + server.uri(OIDC)
                        + " names the issuer 'https://evil.example' instead of '" + server.uri("")
                        + "': set issuer to what the provider's documentation says, character for character"));
    }

    @Test
    void a_slash_at_the_end_makes_another_issuer() {
        answers.put(OIDC, document(server.uri("/").toString()));
        assertThat(discover()).isInstanceOf(Result.Invalid.class);
    }

    @Test
    void no_document_at_all_is_the_authors_mistake() {
        assertThat(discover()).isInstanceOfSatisfying(Result.Absent.class, absent -> assertThat(absent.message())
                .contains("answered 404")
                .contains("correct the issuer, or set the endpoints instead"));
    }

    @Test
    void a_page_instead_of_a_document_is_the_authors_mistake() {
        answers.put(OIDC, http(200, "", "<html>"));
        assertThat(discover()).isInstanceOf(Result.Absent.class);
    }

    @Test
    void a_redirect_is_not_followed() {
        answers.put(OIDC, http(302, "Location: /elsewhere\r\n", ""));
        answers.put("/elsewhere", document(server.uri("").toString()));
        assertThat(discover()).isInstanceOf(Result.Absent.class);
    }

    @Test
    void a_server_in_trouble_is_unreachable() {
        answers.put(OIDC, http(503, "", ""));
        assertThat(discover()).isInstanceOf(Result.Unreachable.class);
    }

    @Test
    void a_document_over_the_limit_is_not_read() {
        answers.put(OIDC, http(200, "", " ".repeat(BoundedHttp.LARGEST_BODY + 1)));
        assertThat(discover())
                .isInstanceOfSatisfying(Result.Unreachable.class, unreachable -> assertThat(unreachable.message())
                        .contains("larger than 1 MiB"));
    }

    @Test
    void a_document_is_asked_for_once_an_hour() {
        answers.put(OIDC, document(server.uri("").toString()));
        discover();
        now = now.plus(Duration.ofMinutes(59));
        discover();
        assertThat(server.requests()).hasSize(1);
        now = now.plus(Duration.ofMinutes(1));
        discover();
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void a_failure_is_remembered_for_a_few_seconds() {
        discover();
        discover();
        assertThat(server.requests()).hasSize(2);
        answers.put(OIDC, document(server.uri("").toString()));
        now = now.plus(Discovery.FAILED_FOR);
        assertThat(discover()).isInstanceOf(Result.Found.class);
    }

    @Test
    void an_old_document_serves_while_its_server_is_down() {
        answers.put(OIDC, document(server.uri("").toString()));
        discover();
        answers.put(OIDC, http(500, "", ""));
        now = now.plus(Discovery.GOOD_FOR);
        assertThat(discover()).isInstanceOf(Result.Found.class);
    }

    @ParameterizedTest
    @CsvSource({"404, ''", "403, ''", "200, <html>we are back soon</html>", "200, ''"})
    void an_old_document_serves_while_something_else_is_in_its_place(int status, String body) {
        answers.put(OIDC, document(server.uri("").toString()));
        discover();
        answers.put(OIDC, http(status, "", body));
        now = now.plus(Discovery.GOOD_FOR);
        assertThat(discover()).isInstanceOf(Result.Found.class);
    }

    @Test
    void a_document_of_another_issuer_ends_the_old_one() {
        answers.put(OIDC, document(server.uri("").toString()));
        discover();
        answers.put(OIDC, document("https://evil.example"));
        now = now.plus(Discovery.GOOD_FOR);
        assertThat(discover()).isInstanceOf(Result.Invalid.class);
    }
}

package dev.oauthconnection.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oauthconnection.delivery.SecretTemplates.Broken;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretTemplatesTest {
    private static final String PRINTABLE =
            IntStream.rangeClosed(0x20, 0x7e).mapToObj(Character::toString).collect(Collectors.joining());

    private static final PublishedToken TOKEN = new PublishedToken(
            PRINTABLE, "Bearer", Fixtures.TOKEN.expiresAt(), List.of("openid", "email"), "a.b.c", "user-1");

    @ParameterizedTest
    @CsvSource({
        "tokenType, Bearer",
        "expiresAt, 2026-01-02T03:04:05Z",
        "scope, openid email",
        "idToken, a.b.c",
        "subject, user-1"
    })
    void each_variable_has_its_value(String variable, String value) throws Broken {
        assertThat(SecretTemplates.render("<{{" + variable + "}}>", TOKEN)).isEqualTo("<" + value + ">");
    }

    @Test
    void every_printable_character_of_a_token_arrives_unchanged() throws Broken {
        assertThat(SecretTemplates.render("{{accessToken}}", TOKEN)).isEqualTo(PRINTABLE);
        assertThat(SecretTemplates.render("{{{accessToken}}}{{&accessToken}}", TOKEN))
                .isEqualTo(PRINTABLE + PRINTABLE);
    }

    @Test
    void json_makes_every_printable_character_fit_between_quotes() throws Exception {
        String json = SecretTemplates.render("{\"token\": \"{{#json}}{{accessToken}}{{/json}}\"}", TOKEN);
        assertThat(new ObjectMapper().readTree(json).get("token").textValue()).isEqualTo(PRINTABLE);
    }

    @Test
    void url_makes_every_printable_character_fit_into_a_query() throws Broken {
        String url = SecretTemplates.render("https://a.example/?t={{#url}}{{accessToken}}{{/url}}", TOKEN);
        assertThat(URI.create(url).getQuery()).isEqualTo("t=" + PRINTABLE);
        assertThat(URI.create(url).getRawQuery()).doesNotContain("+", "&");
    }

    @Test
    void base64_encodes_what_it_encloses() throws Broken {
        String header = SecretTemplates.render("Basic {{#base64}}oauth2:{{accessToken}}{{/base64}}", TOKEN);
        assertThat(new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8))
                .isEqualTo("oauth2:" + PRINTABLE);
    }

    @Test
    void a_section_of_a_value_that_is_missing_is_left_out() throws Broken {
        String template = "{{#idToken}}has one{{/idToken}}{{^idToken}}has none{{/idToken}}";
        assertThat(SecretTemplates.render(template, Fixtures.TOKEN)).isEqualTo("has none");
        assertThat(SecretTemplates.render(template, TOKEN)).isEqualTo("has one");
    }

    @Test
    void an_unknown_variable_is_named_with_its_line_and_the_ones_there_are() {
        assertBroken(
                "a\n{{access_token}}",
                "line 2: there is no variable 'access_token' (there are accessToken, tokenType, expiresAt, scope, idToken, subject, "
                        + "and the sections json, url, base64)");
    }

    @Test
    void a_section_that_is_not_closed_is_said() {
        assertThatThrownBy(() -> SecretTemplates.render("{{#json}}{{accessToken}}", TOKEN))
                .isInstanceOf(Broken.class)
                .hasMessageContaining("json")
                .hasMessageNotContaining(PRINTABLE);
    }

    @Test
    void a_template_cannot_call_methods() {
        assertThatThrownBy(() -> SecretTemplates.render("{{accessToken.getClass}}", TOKEN))
                .isInstanceOf(Broken.class);
        assertThatThrownBy(() -> SecretTemplates.render("{{#accessToken}}{{length}}{{/accessToken}}", TOKEN))
                .isInstanceOf(Broken.class);
    }

    @Test
    void a_template_cannot_include_files() {
        assertBroken("{{>/etc/passwd}}", "partials ({{>/etc/passwd}}) are not available here");
    }

    @Test
    void nested_encodings_cannot_fill_the_memory() {
        int levels = 300;
        assertBroken(
                "{{#json}}".repeat(levels) + "{{accessToken}}" + "{{/json}}".repeat(levels),
                "the result is larger than 1 MiB");
    }

    @Test
    void a_template_of_any_length_is_refused_before_it_is_read() {
        assertBroken("a".repeat(16_385), "it is longer than 16384 characters");
    }

    private static void assertBroken(String template, String message) {
        assertThatThrownBy(() -> SecretTemplates.render(template, TOKEN))
                .isInstanceOf(Broken.class)
                .hasMessage(message);
    }
}

package dev.oauthconnection.oauth;

import static dev.oauthconnection.oauth.TokenRequestsForTests.aRefresh;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.oauth.TokenOutcome.Ambiguous;
import dev.oauthconnection.oauth.TokenOutcome.Granted;
import dev.oauthconnection.oauth.TokenOutcome.Rejected;
import dev.oauthconnection.oauth.TokenOutcome.Unavailable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reading of whole answers, good and bad. The request's default lifetime is an hour. */
class TokenAnswersTest {
    private static final String PRINTABLE =
            IntStream.rangeClosed(0x21, 0x7E).mapToObj(Character::toString).collect(Collectors.joining());

    private static TokenOutcome classify(int status, String body) {
        return TokenAnswers.classify(status, null, body, aRefresh().build());
    }

    private static TokenAnswer granted(String body) {
        TokenOutcome outcome = classify(200, body);
        assertThat(outcome).isInstanceOf(Granted.class);
        return ((Granted) outcome).answer();
    }

    @Test
    void every_printable_character_of_a_token_arrives_from_json() {
        String json = "\"" + PRINTABLE.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
        TokenAnswer answer = granted("{\"access_token\":" + json + ",\"refresh_token\":" + json + "}");
        assertThat(answer.accessToken()).isEqualTo(PRINTABLE);
        assertThat(answer.refreshToken()).isEqualTo(PRINTABLE);
    }

    @Test
    void every_printable_character_of_a_token_arrives_from_a_form() {
        String encoded = URLEncoder.encode(PRINTABLE, StandardCharsets.UTF_8);
        TokenAnswer answer = granted("access_token=" + encoded + "&expires_in=60&refresh_token=" + encoded);
        assertThat(answer.accessToken()).isEqualTo(PRINTABLE);
        assertThat(answer.refreshToken()).isEqualTo(PRINTABLE);
        assertThat(answer.lifetime()).isEqualTo(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "1800            | PT30M",
                "\"1800\"        | PT30M",
                "\" 1800 \"      | PT30M",
                "1799.9          | PT29M59.9S",
                "1.8e3           | PT30M",
                "99999999999     | PT87600H",
                "1e999999999     | PT87600H",
                "\"1e999999999\" | PT87600H",
                "0               | PT1H",
                "-5              | PT1H",
                "\"soon\"        | PT1H",
                "\"\"            | PT1H",
                "\"NaN\"         | PT1H",
                "null            | PT1H",
                "true            | PT1H",
                "[1800]          | PT1H",
                "{}              | PT1H",
            })
    void expires_in_is_read_as_well_as_it_can_be(String json, Duration lifetime) {
        assertThat(granted("{\"access_token\":\"at\",\"expires_in\":" + json + "}")
                        .lifetime())
                .isEqualTo(lifetime);
    }

    @Test
    void an_answer_without_expires_in_takes_the_providers_default() {
        assertThat(granted("{\"access_token\":\"at\"}").lifetime()).isEqualTo(Duration.ofHours(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"refresh_token\":null", ",\"refresh_token\":\"\"", ",\"refresh_token\":\"  \""})
    void a_refresh_token_that_is_missing_null_or_empty_is_none(String field) {
        assertThat(granted("{\"access_token\":\"at\"" + field + "}").refreshToken())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"scope\":\"a b\"",
                "\"scope\":\"a,b\"",
                "\"scope\":\"a, b a\"",
                "\"scope\":[\"a\",\"b\"]",
                "\"scopes\":[\"a\",\"b\",7,null]",
                "\"scope\":null,\"scopes\":\"a b\""
            })
    void scopes_are_read_from_text_and_from_a_list(String field) {
        assertThat(granted("{\"access_token\":\"at\"," + field + "}").scopes()).isEqualTo(List.of("a", "b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"scope\":null", ",\"scope\":\"\"", ",\"scope\":[]", ",\"scope\":{}"})
    void scopes_that_are_not_said_are_null(String field) {
        assertThat(granted("{\"access_token\":\"at\"" + field + "}").scopes()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|Bearer",
                "{\"token_type\":null}|Bearer",
                "{\"token_type\":\"\"}|Bearer",
                "{\"token_type\":\"a b\"}|Bearer",
                "{\"token_type\":\"bearer\"}|bearer",
                "{\"token_type\":\"DPoP\"}|DPoP"
            })
    void a_token_type_that_is_missing_counts_as_bearer(String fields, String type) {
        String body = fields.replaceFirst("\\{", "{\"access_token\":\"at\"" + (fields.equals("{}") ? "" : ","));
        assertThat(granted(body).tokenType()).isEqualTo(type);
    }

    @Test
    void a_byte_order_mark_and_white_space_around_the_json_are_ignored() {
        assertThat(granted("\uFEFF\r\n {\"access_token\":\"at\"} \n").accessToken())
                .isEqualTo("at");
    }

    @Test
    void an_error_beside_a_token_does_not_drop_the_token() {
        assertThat(granted("{\"access_token\":\"at\",\"error\":\"\"}").accessToken())
                .isEqualTo("at");
    }

    /** Each is a body with status 200; the text is what a user reads. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~~                                      | an empty body",
                "<!DOCTYPE html><title>Sorry</title>     | an HTML or XML page instead of JSON",
                "{\"access_token\":\"at\",\"refresh_to   | a body that is not JSON, or is cut",
                "[]                                      | a body that is not JSON, or is cut",
                "\"at\"                                  | a body that is not JSON, or is cut",
                "OK                                      | a body that is not JSON, or is cut",
                "access_token=%zz                        | a body that is not JSON, or is cut",
                "{}                                      | neither an access token nor an error",
                "{\"access_token\":\"\"}                 | neither an access token nor an error",
                "{\"access_token\":{\"value\":\"at\"}}   | neither an access token nor an error",
                "{\"error\":{\"code\":400}}              | neither an access token nor an error",
            })
    void an_answer_of_200_without_a_token_is_ambiguous(String body, String kind) {
        assertThat(classify(200, body)).isEqualTo(new Ambiguous("the token endpoint answered 200 with " + kind));
    }

    @Test
    void an_answer_of_200_that_carries_an_error_is_rejected() {
        assertThat(classify(200, "{\"error\":\"invalid_grant\",\"error_description\":\"expired\"}"))
                .isEqualTo(new Rejected(200, "invalid_grant", "expired"));
    }

    @Test
    void an_answer_of_200_that_is_not_ok_is_rejected_even_with_a_token() {
        assertThat(classify(200, "{\"ok\":false,\"error\":\"token_expired\",\"access_token\":\"at\"}"))
                .isEqualTo(new Rejected(200, "token_expired", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"error\":\"invalid_client\"}", "error=invalid_client&error_description="})
    void a_400_with_an_oauth_error_is_rejected(String body) {
        assertThat(classify(400, body)).isEqualTo(new Rejected(400, "invalid_client", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "<html>blocked</html>", "{}", "{\"error\":\"Too many requests\"}", "{\"error\":7}", "error"})
    void a_400_without_a_readable_oauth_error_is_ambiguous(String body) {
        assertThat(classify(400, body)).isInstanceOf(Ambiguous.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 304, 500, 501, 502, 504, 599})
    void an_error_in_a_status_that_is_no_refusal_is_ambiguous(int status) {
        assertThat(classify(status, "{\"error\":\"invalid_grant\"}")).isInstanceOf(Ambiguous.class);
    }

    @Test
    void a_status_that_means_not_processed_outweighs_the_body() {
        assertThat(classify(429, "{\"error\":\"invalid_grant\"}")).isInstanceOf(Unavailable.class);
    }

    @Test
    void nothing_of_an_unreadable_body_is_repeated() {
        assertThat(classify(200, "{\"access_token\":\"secret-at\",").toString()).doesNotContain("secret-at");
    }
}

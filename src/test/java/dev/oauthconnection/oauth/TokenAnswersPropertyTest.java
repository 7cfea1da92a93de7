package dev.oauthconnection.oauth;

import static dev.oauthconnection.oauth.TokenRequestsForTests.aRefresh;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.oauth.TokenOutcome.Ambiguous;
import dev.oauthconnection.oauth.TokenOutcome.Granted;
import dev.oauthconnection.oauth.TokenOutcome.Rejected;
import dev.oauthconnection.oauth.TokenOutcome.Unavailable;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever a token endpoint answers: it is classified, and what comes of it is bounded. */
class TokenAnswersPropertyTest {
    @Property(tries = 2000)
    void no_body_makes_the_reader_throw_or_exceed_its_bounds(
            @ForAll @IntRange(min = 100, max = 599) int status, @ForAll("bodies") String body) {
        switch (TokenAnswers.classify(status, null, body, aRefresh().build())) {
            case Granted granted -> {
                TokenAnswer answer = granted.answer();
                assertThat(status).isBetween(200, 299);
                assertThat(answer.accessToken()).isNotBlank();
                assertThat(answer.lifetime()).isBetween(Duration.ZERO, TokenAnswers.LONGEST_LIFETIME);
                assertThat(answer.toString()).hasSizeLessThan(300);
            }
            case Rejected rejected -> {
                assertFit(rejected.error());
                assertFit(String.valueOf(rejected.description()));
            }
            case Unavailable unavailable -> assertFit(unavailable.why());
            case Ambiguous ambiguous -> assertFit(ambiguous.why());
            case TokenOutcome.Unsendable unsendable -> throw new AssertionError("an answer was sent for");
        }
    }

    @Property(tries = 1000)
    void a_text_of_a_provider_is_one_short_line_without_the_secret(
            @ForAll String before, @ForAll("secrets") String secret, @ForAll String after) {
        String clean = ProviderText.clean(before + secret + after, List.of(secret));
        assertFit(clean);
        assertThat(clean).doesNotContain(secret);
    }

    private static void assertFit(String text) {
        assertThat(text.length()).isLessThanOrEqualTo(ProviderText.LONGEST);
        assertThat(text).doesNotContainPattern("\\p{C}").doesNotContain(TokenRequestsForTests.REFRESH_TOKEN);
    }

    @Provide
    Arbitrary<String> secrets() {
        return Arbitraries.strings().ascii().alpha().numeric().ofMinLength(11).ofMaxLength(300);
    }

    /** Noise, and answers that are nearly right. */
    @Provide
    Arbitrary<String> bodies() {
        Arbitrary<String> name = Arbitraries.of(
                "access_token",
                "refresh_token",
                "expires_in",
                "scope",
                "scopes",
                "token_type",
                "error",
                "ok",
                "error_description",
                "id_token");
        Arbitrary<String> value = Arbitraries.oneOf(
                Arbitraries.of(
                        "null",
                        "true",
                        "false",
                        "{}",
                        "[]",
                        "[null,1,\"a\"]",
                        "1e400",
                        "-1",
                        "0.0001",
                        "\"\"",
                        "\"" + TokenRequestsForTests.REFRESH_TOKEN + "\"",
                        "\"-1e99999\"",
                        "\"\\u0000\\u202e\"",
                        "\"false\""),
                Arbitraries.bigDecimals().map(Object::toString),
                Arbitraries.strings().alpha().map(text -> "\"" + text + "\""));
        Arbitrary<String> pair = Combinators.combine(name, value).as((n, v) -> "\"" + n + "\":" + v);
        Arbitrary<String> json = pair.list().ofMaxSize(8).map(pairs -> "{" + String.join(",", pairs) + "}");
        Arbitrary<String> cut = Combinators.combine(json, Arbitraries.integers().between(0, 60))
                .as((text, at) -> text.substring(0, Math.min(at, text.length())));
        Arbitrary<String> form = Combinators.combine(name, Arbitraries.strings())
                .as((n, v) -> n + "=" + v)
                .list()
                .ofMaxSize(5)
                .map(pairs -> String.join("&", pairs));
        return Arbitraries.oneOf(json, cut, form, Arbitraries.strings());
    }
}

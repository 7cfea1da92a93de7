package dev.oauthconnection.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.oauthconnection.api.Reason;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which token a script gets, and why it gets none. */
class PublishedTokensTest {
    private static final Map<String, String> GOOD = Map.of(
            "access_token",
            "secret-at",
            "expires_at",
            Connected.NOW.plusSeconds(600).toString());

    private final Connected books = Connected.named("books").ready();

    private PublishedTokens.Current read(@Nullable Secret secret) {
        return PublishedTokens.read(books.build(), secret, "access_token", Connected.NOW);
    }

    private void assertNone(@Nullable Secret secret, int exitCode, String says) {
        assertThatExceptionOfType(Complaint.class)
                .isThrownBy(() -> read(secret))
                .withMessageStartingWith(says)
                .matches(complaint -> complaint.exitCode() == exitCode)
                .matches(complaint -> !String.valueOf(complaint.getMessage()).contains("secret-at"));
    }

    @Test
    void a_valid_token_is_given_without_a_word() {
        assertThat(read(books.secret(GOOD)).value()).isEqualTo("secret-at");
        assertThat(read(books.secret(GOOD)).warning()).isNull();
    }

    @Test
    void a_token_that_nobody_can_refresh_is_given_with_a_warning_that_does_not_hold_it() {
        books.conditions("True", Reason.TokenCurrent, "", "False", Reason.GrantLost, "lost");
        assertThat(read(books.secret(GOOD)).warning())
                .isEqualTo("finance/books needs a person (GrantLost): " + Reason.GrantLost.action()
                        + "; the token is valid for 10m");
        assertThat(read(books.secret(GOOD)).toString()).doesNotContain("secret-at");
    }

    @Test
    void a_token_that_has_lapsed_is_not_given() {
        assertNone(
                books.secret(Map.of(
                        "access_token",
                        "secret-at",
                        "expires_at",
                        Connected.NOW.minusSeconds(60).toString())),
                4,
                "the access token of finance/books lapsed 1m ago");
    }

    @Test
    void where_a_template_left_the_time_out_the_status_has_it() {
        books.token(Duration.ofHours(1), null, Duration.ofSeconds(-1));
        assertNone(
                books.secret(Map.of("access_token", "secret-at")),
                4,
                "the access token of finance/books lapsed 1s ago");
    }

    @Test
    void no_secret_is_no_token() {
        assertNone(null, 4, "finance/books has no access token yet");
    }

    @Test
    void the_secret_of_somebody_else_is_no_token() {
        Secret foreign = new SecretBuilder(books.secret(GOOD))
                .editMetadata()
                .withOwnerReferences()
                .endMetadata()
                .build();
        assertNone(foreign, 4, "finance/books has no access token yet");
    }

    @Test
    void a_missing_key_is_told_with_those_that_are_there() {
        assertNone(
                books.secret(Map.of("config.json", "x", "auth", "y")),
                2,
                "the Secret books has no key access_token: name one of auth, config.json by --key");
    }
}

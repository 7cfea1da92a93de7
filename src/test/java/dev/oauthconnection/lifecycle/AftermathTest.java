package dev.oauthconnection.lifecycle;

import static dev.oauthconnection.lifecycle.Situation.EPOCH;
import static dev.oauthconnection.lifecycle.Situation.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.JournalEntry;
import dev.oauthconnection.grant.LossWindow;
import dev.oauthconnection.grant.Step.Outcome;
import dev.oauthconnection.oauth.TokenAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AftermathTest {
    private static final Retry BEFORE = new Retry(2, null, null, "old");
    private static final Duration SOON = Backoff.after(3, null, "uid");
    private static final TokenAnswer ANSWER = new TokenAnswer("at", "Bearer", Duration.ofHours(1), "rt", null, null);
    private static final JournalEntry ENTRY =
            new JournalEntry("n", grant(), 1, 1, ANSWER, NOW, Duration.ZERO, null, null);

    private static Retry after(Outcome outcome) {
        return Aftermath.after(outcome, BEFORE, "inputs", "uid", NOW);
    }

    private static Grant grant() {
        return Objects.requireNonNull(new Situation().grant());
    }

    static Stream<Arguments> over() {
        return Stream.of(
                        new Outcome.Committed(grant()),
                        new Outcome.Committed(Objects.requireNonNull(
                                new Situation().clientCredentials().grant())),
                        new Outcome.Late(ENTRY),
                        new Outcome.Superseded(ENTRY),
                        new Outcome.Exhausted(grant()))
                .map(Arguments::arguments);
    }

    @ParameterizedTest
    @MethodSource("over")
    void what_is_over_is_forgotten(Outcome outcome) {
        assertThat(after(outcome)).isEqualTo(Retry.NONE);
    }

    static Stream<Arguments> again() {
        return Stream.of(
                arguments(new Outcome.TokenRefused("gone"), SOON, null, false),
                arguments(new Outcome.Stale("another process was faster"), SOON, null, false),
                arguments(new Outcome.Kept(ENTRY, "HTTP 403"), SOON, Reason.DeliveryFailed, false),
                arguments(new Outcome.CannotWrite("HTTP 403"), SOON, Reason.DeliveryFailed, false),
                arguments(new Outcome.Unavailable("refused", null), SOON, Reason.ProviderUnavailable, false),
                arguments(
                        new Outcome.Unavailable("busy", Duration.ofMinutes(30)),
                        Backoff.after(3, Duration.ofMinutes(30), "uid"),
                        Reason.ProviderUnavailable,
                        false),
                arguments(new Outcome.Ambiguous("cut"), SOON, Reason.ProviderUnavailable, false),
                arguments(new Outcome.Waiting(Instant.MAX, "fence"), SOON, null, false),
                arguments(new Outcome.Held(LossWindow.AnswerLost, 7), SOON, null, false),
                arguments(new Outcome.RolledBack(3, 7), SOON, null, false),
                arguments(new Outcome.BoundElsewhere(grant().binding()), SOON, null, false),
                arguments(
                        new Outcome.RequestRefused("invalid_client", "no"),
                        Aftermath.SLOWLY,
                        Reason.ClientRefused,
                        true),
                arguments(
                        new Outcome.RequestRefused("unauthorized_client", ""),
                        Aftermath.SLOWLY,
                        Reason.ClientRefused,
                        true),
                arguments(
                        new Outcome.RequestRefused("invalid_scope", ""),
                        Aftermath.SLOWLY,
                        Reason.RequestRefused,
                        true));
    }

    @ParameterizedTest
    @MethodSource("again")
    void what_failed_is_tried_again_and_told(
            Outcome outcome, Duration pause, @Nullable Reason reason, boolean needsPerson) {
        Retry retry = after(outcome);
        assertThat(retry.failures()).isEqualTo(3);
        assertThat(retry.notBefore()).isEqualTo(NOW.plus(pause));
        assertThat(retry.inputs()).isEqualTo("inputs");
        if (reason == null) {
            assertThat(retry.trouble()).isNull();
        } else {
            assertThat(retry.trouble())
                    .extracting(Trouble::reason, Trouble::needsPerson)
                    .containsExactly(reason, needsPerson);
        }
    }

    @Test
    void an_answer_that_was_too_large_to_store_is_not_asked_for_again_at_once() {
        Situation situation = new Situation();
        situation.candidates = List.of(Situation.fresh(EPOCH + 1), Situation.fresh(EPOCH));
        situation.epoch = EPOCH + 1;
        Retry retry = after(new Outcome.Committed(Objects.requireNonNull(situation.grant())));
        assertThat(retry.notBefore()).isEqualTo(NOW.plus(SOON));
        assertThat(retry.trouble()).extracting(Trouble::reason).isEqualTo(Reason.AnswerInvalid);
    }
}

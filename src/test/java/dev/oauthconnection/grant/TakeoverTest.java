package dev.oauthconnection.grant;

import static dev.oauthconnection.grant.HolderEnd.AttemptOver;
import static dev.oauthconnection.grant.HolderEnd.Gone;
import static dev.oauthconnection.grant.HolderEnd.JournalEmpty;
import static dev.oauthconnection.grant.HolderEnd.NotKnown;
import static dev.oauthconnection.grant.HolderEnd.PodOver;
import static dev.oauthconnection.grant.Sample.GRACE;
import static dev.oauthconnection.grant.Sample.NOW;
import static dev.oauthconnection.grant.Sample.STRICT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.OAuthConnectionSpec.OnAmbiguousRedemption;
import dev.oauthconnection.grant.Takeover.Sight;
import dev.oauthconnection.grant.Takeover.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * <pre>
 * armed 12:00:00 ..... fence 45 s ..... grace 30 min less margins (12:28, 12:29) ..... token expires 12:30 less 5 s
 * </pre>
 */
class TakeoverTest {
    private static final RedemptionRules HOLD = hold(Duration.ZERO);
    private static final RedemptionRules HOLD_GRACE = hold(Duration.ofMinutes(30));
    private static final RedemptionRules ENDS =
            new RedemptionRules(true, Duration.ZERO, true, true, OnAmbiguousRedemption.Replay);

    private static final Verdict CLEAR = new Verdict.Clear();

    static Stream<Arguments> matrix() {
        return Stream.of(
                // rules, how it ended, seconds seen, what is known of the holder, seconds since the arming, verdict
                row("ended unsent", STRICT, Intent.Ended.NotProcessed, 0, NotKnown, 0, CLEAR),
                row("ended refused", STRICT, Intent.Ended.Refused, 0, NotKnown, 0, CLEAR),
                row("silent inside the fence", STRICT, null, 44, NotKnown, 44, until(45)),
                row("first seen late: the fence is its own", STRICT, null, 0, NotKnown, 500, until(545)),
                row("dead inside the fence: its request is still on the way", STRICT, null, 1, PodOver, 1, until(45)),
                row("ambiguous inside the fence", STRICT, Intent.Ended.Ambiguous, 30, NotKnown, 30, fenced(45)),
                row("journal empty inside the fence", STRICT, Intent.Ended.JournalEmpty, 2, NotKnown, 2, fenced(45)),
                row("dead after the fence", STRICT, null, 45, PodOver, 45, replay(LossWindow.JournalLost)),
                row("ambiguous", STRICT, Intent.Ended.Ambiguous, 45, NotKnown, 45, replay(LossWindow.AnswerLost)),
                row(
                        "journal empty",
                        STRICT,
                        Intent.Ended.JournalEmpty,
                        45,
                        NotKnown,
                        45,
                        replay(LossWindow.KilledBeforeJournal)),
                row(
                        "the next process of its pod has no answer",
                        STRICT,
                        null,
                        45,
                        JournalEmpty,
                        45,
                        replay(LossWindow.KilledBeforeJournal)),
                row("the same after a restart of the node", STRICT, null, 45, Gone, 45, replay(LossWindow.HolderGone)),
                row("this process is done with it", STRICT, null, 45, AttemptOver, 45, replay(LossWindow.AnswerLost)),
                row(
                        "gone, as its next process says",
                        STRICT,
                        Intent.Ended.HolderGone,
                        45,
                        NotKnown,
                        45,
                        replay(LossWindow.HolderGone)),
                row(
                        "what is recorded counts before what is seen",
                        STRICT,
                        Intent.Ended.JournalEmpty,
                        45,
                        PodOver,
                        45,
                        replay(LossWindow.KilledBeforeJournal)),
                row("silent: patience to the expiry", STRICT, null, 45, NotKnown, 45, until(1795)),
                row("silent at the deadline", STRICT, null, 1795, NotKnown, 1795, replay(LossWindow.Deadline)),
                row("silent: patience to the grace's end", GRACE, null, 45, NotKnown, 45, until(1680)),
                row("silent at the end of patience", GRACE, null, 1680, NotKnown, 1680, replay(LossWindow.Deadline)),
                row("silent, grace lapsed: patience to the expiry", GRACE, null, 1740, NotKnown, 1740, until(1795)),
                row("silent, grace and token lapsed", GRACE, null, 1795, NotKnown, 1795, replay(LossWindow.GraceEnded)),
                row("dead, grace lapsed", GRACE, null, 1740, PodOver, 1740, replay(LossWindow.GraceEnded)),
                row("refresh ends the token: no patience", ENDS, null, 45, NotKnown, 45, replay(LossWindow.Deadline)),
                row("refresh ends the token: a fence", ENDS, null, 44, NotKnown, 44, until(45)),
                row("hold: unsent is no reason", HOLD, Intent.Ended.NotProcessed, 0, NotKnown, 0, CLEAR),
                row("hold: ambiguous", HOLD, Intent.Ended.Ambiguous, 45, NotKnown, 45, held(LossWindow.AnswerLost)),
                row("hold: dead", HOLD, null, 45, PodOver, 45, held(LossWindow.JournalLost)),
                row("hold: patience comes first", HOLD, null, 45, NotKnown, 45, until(1795)),
                row("hold: deadline", HOLD, null, 1795, NotKnown, 1795, held(LossWindow.Deadline)),
                row("hold: grace helps", HOLD_GRACE, null, 45, PodOver, 45, replay(LossWindow.JournalLost)),
                row(
                        "hold: grace helps a silent one",
                        HOLD_GRACE,
                        null,
                        1680,
                        NotKnown,
                        1680,
                        replay(LossWindow.Deadline)),
                row("hold: grace lapsed", HOLD_GRACE, null, 1740, PodOver, 1740, held(LossWindow.GraceEnded)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("matrix")
    void an_intent_is_judged_by_what_is_known_of_its_holder(
            String name, RedemptionRules rules, Grant grant, Sight sight, Instant now, Verdict verdict) {
        assertThat(Takeover.judge(grant, rules, sight, 0, now)).isEqualTo(verdict);
    }

    /** As a hold shows: where a grace helps, a redemption is replayed and nothing is lost. */
    @ParameterizedTest
    @EnumSource
    void a_window_is_there_with_a_grace_period_or_without_one_as_it_says(LossWindow window) {
        Grant grant = GrantChanges.end(replayed(NOW, new Doubt(window, NOW, 2)), Intent.Ended.NotProcessed);
        boolean held = Stream.of(HOLD_GRACE, HOLD)
                .map(rules -> Takeover.judge(grant, rules, seen(45), 0, NOW.plusSeconds(100)))
                .toList()
                .equals(List.of(new Verdict.Replay(new Doubt(window, NOW, 2)), held(window)));

        assertThat(held).isTrue();
        assertThat(Takeover.judge(grant, HOLD_GRACE, seen(45), 0, NOW.plusSeconds(1740)))
                .isEqualTo(held(LossWindow.GraceEnded));
        assertThat(window.inSpiteOfGrace()).isEqualTo(window == LossWindow.GraceEnded);
    }

    @Test
    void a_wall_clock_that_was_set_back_prolongs_no_patience() {
        Instant behind = NOW.minus(Duration.ofHours(2));

        assertThat(Takeover.judge(Sample.armed("n-1"), GRACE, seen(1680), 0, behind))
                .isEqualTo(replay(LossWindow.Deadline));
        assertThat(Takeover.judge(Sample.armed("n-1"), GRACE, seen(1679), 0, behind))
                .isEqualTo(until(1680));
    }

    @Test
    void without_an_intent_nothing_stands_in_the_way() {
        assertThat(Takeover.judge(Sample.grant(), STRICT, seen(0), 0, NOW)).isEqualTo(CLEAR);
    }

    @Test
    void a_release_of_this_epoch_ends_the_holding_and_one_of_an_earlier_epoch_does_not() {
        Grant grant = GrantChanges.end(Sample.armed("n-1"), Intent.Ended.Ambiguous);

        assertThat(judgeHeld(grant, 1)).isEqualTo(held(LossWindow.AnswerLost));
        assertThat(judgeHeld(grant, 2)).isEqualTo(released(LossWindow.AnswerLost));
    }

    @Test
    void a_replay_that_never_reached_the_provider_leaves_the_doubt_and_its_release() {
        Grant grant = GrantChanges.end(replayed(NOW.plusSeconds(60)), Intent.Ended.NotProcessed);

        assertThat(grant.intent()).isNotNull().matches(i -> !i.endedHarmlessly());
        assertThat(Takeover.judge(grant, STRICT, seen(0), 0, NOW.plusSeconds(61)))
                .isEqualTo(replay(LossWindow.AnswerLost));
        assertThat(judgeHeld(grant, 1)).isEqualTo(held(LossWindow.AnswerLost));
        assertThat(judgeHeld(grant, 2)).isEqualTo(released(LossWindow.AnswerLost));
    }

    @Test
    void a_release_lasts_until_an_attempt_reaches_the_provider() {
        Grant released = replayed(NOW.plusSeconds(60), new Doubt(LossWindow.AnswerLost, NOW, 2).release());
        Grant unsent = GrantChanges.end(released, Intent.Ended.NotProcessed);
        Grant sent = GrantChanges.end(released, Intent.Ended.Ambiguous);

        assertThat(judgeHeld(unsent, 0)).isEqualTo(released(LossWindow.AnswerLost));
        assertThat(Takeover.judge(sent, HOLD, seen(45), 0, NOW.plusSeconds(200)))
                .isEqualTo(held(LossWindow.AnswerLost));
    }

    @Test
    void the_grace_counts_from_the_first_redemption_in_doubt_and_not_from_its_replay() {
        Grant grant = GrantChanges.end(replayed(NOW.plusSeconds(1700)), Intent.Ended.Ambiguous);

        Verdict verdict = Takeover.judge(grant, HOLD_GRACE, seen(45), 0, NOW.plusSeconds(1745));

        assertThat(verdict).isEqualTo(held(LossWindow.GraceEnded));
    }

    @Test
    void patience_leaves_time_for_a_replay_inside_the_shortest_grace() {
        RedemptionRules rules = Sample.rules(Duration.ofSeconds(20), true);
        Windows windows = Windows.of(Duration.ofHours(1), rules);
        Grant grant = GrantChanges.arm(
                Sample.grant(),
                Sample.grant().candidates().getFirst(),
                new Attempt("n-1", "pod-a/1", windows, null),
                NOW,
                0,
                null);

        Verdict.Wait wait =
                (Verdict.Wait) Takeover.judge(grant, rules, new Sight(windows.fence(), HolderEnd.NotKnown), 0, NOW);

        assertThat(Takeover.judge(grant, rules, new Sight(windows.fence(), HolderEnd.NotKnown), 0, wait.until()))
                .isEqualTo(replay(LossWindow.Deadline));
    }

    @Test
    void without_a_published_token_and_without_grace_there_is_nothing_to_wait_for_after_the_fence() {
        Grant unpublished = Sample.armed("n-1").with((Answer) null, List.of());

        assertThat(Takeover.judge(unpublished, STRICT, seen(45), 0, NOW.plusSeconds(45)))
                .isEqualTo(replay(LossWindow.Deadline));
    }

    private static Verdict judgeHeld(Grant grant, long released) {
        return Takeover.judge(grant, HOLD, seen(45), released, NOW.plusSeconds(100));
    }

    /** Epoch 2 was ambiguous; epoch 3 sends the same token again. */
    private static Grant replayed(Instant at) {
        return replayed(at, new Doubt(LossWindow.AnswerLost, NOW, 2));
    }

    private static Grant replayed(Instant at, Doubt doubt) {
        Grant grant = Sample.armed("n-1");
        Candidate candidate = grant.candidates().getFirst();
        return GrantChanges.arm(grant, candidate, Sample.attempt("n-2"), at, 0, doubt);
    }

    private static Arguments row(
            String name,
            RedemptionRules rules,
            Intent.@Nullable Ended ended,
            long seen,
            HolderEnd holder,
            long since,
            Verdict verdict) {
        Grant armed = Sample.armed("n-1");
        Grant grant = ended == null ? armed : GrantChanges.end(armed, ended);
        Sight sight = new Sight(Duration.ofSeconds(seen), holder);
        return Arguments.of(name, rules, grant, sight, NOW.plusSeconds(since), verdict);
    }

    private static Sight seen(long seconds) {
        return new Sight(Duration.ofSeconds(seconds), HolderEnd.NotKnown);
    }

    private static Verdict until(long seconds) {
        String why = seconds == 45 || seconds == 545
                ? "another process announced a refresh and may be at work"
                : "another process announced a refresh, fell silent, and may still store its answer";
        return new Verdict.Wait(NOW.plusSeconds(seconds), why);
    }

    private static Verdict fenced(long seconds) {
        String why = "the end of the last refresh is not known, and its request may still be on the way";
        return new Verdict.Wait(NOW.plusSeconds(seconds), why);
    }

    private static Verdict replay(LossWindow window) {
        return new Verdict.Replay(new Doubt(window, NOW, 2));
    }

    private static Verdict released(LossWindow window) {
        return new Verdict.Replay(new Doubt(window, NOW, 2).release());
    }

    private static Verdict held(LossWindow window) {
        return new Verdict.Held(window);
    }

    private static RedemptionRules hold(Duration grace) {
        return new RedemptionRules(true, grace, true, false, OnAmbiguousRedemption.Hold);
    }
}

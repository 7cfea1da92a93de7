package dev.oauthconnection.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oauthconnection.grant.GrantStore.Put;
import dev.oauthconnection.grant.GrantStore.Stored;
import dev.oauthconnection.grant.Step.Outcome;
import dev.oauthconnection.oauth.TokenAnswer;
import dev.oauthconnection.oauth.TokenOutcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A process stops before any effect of a redemption, on each of its paths, and what comes after it goes on to the end. */
class InterruptedRedemptionTest {
    private static final Duration FENCE = Sample.WINDOWS.fence();

    private SimulatedProvider.Mode mode = SimulatedProvider.Mode.Strict;
    private SimulatedProvider provider = new SimulatedProvider(mode);
    private ScriptedPorts ports = connected();
    private String sending = "";

    @ParameterizedTest
    @CsvSource({"read, 2", "send, 1"})
    void a_stop_while_an_arming_is_read_back_costs_a_fence_and_no_grant(String effect, int count) {
        ports.writes(ScriptedPorts.Write.AnswerLost);
        stop(effect, count);

        nextProcess();

        assertThat(afterTheFence("n-2")).isInstanceOf(Outcome.Committed.class);
        assertThatTheNewestWorks();
    }

    @Test
    void a_stop_before_the_request_costs_a_fence_and_no_grant() {
        stop("send", 1);

        nextProcess();

        assertThat(redeem("n-2", Duration.ZERO)).isInstanceOf(Outcome.Waiting.class);
        assertThat(afterTheFence("n-3")).isInstanceOf(Outcome.Committed.class);
        assertThatTheNewestWorks();
    }

    @Test
    void a_stop_with_the_answer_in_hand_loses_the_grant_through_a_named_window_where_there_is_no_grace() {
        stop("keep", 1);

        nextProcess();

        assertThat(afterTheFence("n-2")).isInstanceOf(Outcome.TokenRefused.class);
        assertThat(ports.grant().lostThrough()).contains(LossWindow.KilledBeforeJournal);
        assertThat(redeem("n-3", FENCE)).isInstanceOf(Outcome.Exhausted.class);
    }

    @Test
    void a_stop_with_the_answer_in_hand_is_made_good_by_a_replay_where_there_is_a_grace() {
        where(SimulatedProvider.Mode.Grace);
        stop("keep", 1);

        nextProcess();

        assertThat(afterTheFence("n-2")).isInstanceOf(Outcome.Committed.class);
        assertThatTheNewestWorks();
    }

    @Test
    void another_replica_waits_for_the_silent_holder_as_long_as_the_token_lives_and_then_redeems() {
        stop("send", 1);

        assertThat(afterTheFence("n-2")).isInstanceOf(Outcome.Waiting.class);
        ports.wall(Sample.LIFETIME);

        assertThat(redeem("n-3", Sample.LIFETIME)).isInstanceOf(Outcome.Committed.class);
        assertThatTheNewestWorks();
    }

    @Test
    void another_replica_names_the_deadline_when_the_silent_holder_had_spent_the_token() {
        stop("keep", 1);
        ports.wall(Sample.LIFETIME);

        assertThat(redeem("n-2", Sample.LIFETIME)).isInstanceOf(Outcome.TokenRefused.class);
        assertThat(ports.grant().lostThrough()).contains(LossWindow.Deadline);
    }

    @Test
    void a_stop_before_the_end_of_an_unprocessed_attempt_is_recorded_costs_a_fence_and_no_grant() {
        ports.whileSending(() -> ports.answer = new TokenOutcome.Unavailable("503", null));
        stop("put", 2);
        ports.whileSending(this::answer);

        nextProcess();

        assertThat(afterTheFence("n-2")).isInstanceOf(Outcome.Committed.class);
        assertThatTheNewestWorks();
    }

    @Test
    void a_stop_before_a_refusal_is_recorded_has_it_told_by_the_next_process() {
        provider.revoke("g-1/1");
        stop("put", 2);

        nextProcess();

        assertThat(afterTheFence("n-2")).isInstanceOf(Outcome.TokenRefused.class);
        assertThat(ports.grant().isRefused()).isTrue();
        assertThat(redeem("n-3", FENCE)).isInstanceOf(Outcome.Exhausted.class);
    }

    @ParameterizedTest
    @CsvSource({"read, 2", "put, 3", "forget, 1"})
    void a_stop_on_the_way_through_a_conflict_loses_no_answer(String effect, int count) {
        ports.writes(ScriptedPorts.Write.Lands, ScriptedPorts.Write.RequestLost);
        stop(effect, count);

        nextProcess();

        assertThatTheAnswerIsStored();
    }

    @ParameterizedTest
    @CsvSource({"put, 2", "read, 2", "create, 1", "forget, 1"})
    void a_stop_while_a_deleted_grant_secret_is_made_again_loses_no_answer(String effect, int count) {
        ports.whileSending(() -> {
            answer();
            ports.store.delete();
        });
        stop(effect, count);

        nextProcess();

        assertThatTheAnswerIsStored();
    }

    @ParameterizedTest
    @ValueSource(strings = {"read", "create", "forget"})
    void a_stop_while_the_first_grant_is_stored_loses_no_consent(String effect) {
        ports.store.delete();
        stopConsent(effect);

        nextProcess();

        assertThat(ports.journal.entries()).isEmpty();
        assertThat(ports.grant().id()).isEqualTo("g-2");
        assertThatTheNewestWorks();
    }

    @Test
    void a_stop_before_the_first_grant_is_kept_leaves_nothing_and_consent_is_given_again() {
        ports.store.delete();
        stopConsent("keep");

        nextProcess();

        assertThat(ports.store.read(Sample.KEY)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = SimulatedProvider.Mode.class,
            names = {"Strict", "Grace"})
    void a_stop_after_the_journal_forgot_leaves_nothing_to_do_and_the_next_refresh_works(SimulatedProvider.Mode each) {
        where(each);
        redeem("n-1", Duration.ZERO);
        Grant committed = ports.grant();

        nextProcess();

        assertThat(ports.grant()).isEqualTo(committed);
        assertThat(redeem("n-2", Duration.ZERO)).isInstanceOf(Outcome.Committed.class);
        assertThatTheNewestWorks();
    }

    private void where(SimulatedProvider.Mode other) {
        mode = other;
        provider = new SimulatedProvider(other);
        ports = connected();
    }

    private ScriptedPorts connected() {
        String token = String.valueOf(provider.consent("g-1").refreshToken());
        ScriptedPorts connected = new ScriptedPorts(Sample.grant(List.of(Candidate.fresh(1, null, token))));
        connected.whileSending(this::answer);
        return connected;
    }

    private void answer() {
        ports.answer = provider.redeem(sending, ports.now());
    }

    private void stop(String effect, int count) {
        ports.dieBefore(effect, count);
        assertThatThrownBy(() -> redeem("n-1", Duration.ZERO)).isInstanceOf(ScriptedPorts.Died.class);
        ports.restart();
    }

    private void stopConsent(String effect) {
        TokenAnswer answer = provider.consent("g-2");
        Grant consented = Sample.consented("g-2")
                .with((Intent) null, List.of(Candidate.fresh(1, null, String.valueOf(answer.refreshToken()))));
        JournalEntry entry = new JournalEntry("g-2", consented, 0, 0, answer, ports.now(), Duration.ZERO, null, "");
        ports.dieBefore(effect, 1);
        assertThatThrownBy(() -> new Redemption(ports).keepAndCommit(entry)).isInstanceOf(ScriptedPorts.Died.class);
        ports.restart();
    }

    /** What the next process of the pod does at its start: it commits the journal, and ends the intent of the one before. */
    private void nextProcess() {
        ports.journal.entries().forEach(new Redemption(ports)::commit);
        ports.store
                .read(Sample.KEY)
                .map(Stored::grant)
                .filter(grant -> grant.intent() != null && grant.intent().ended() == null)
                .ifPresent(grant -> assertThat(ports.store.put(
                                GrantChanges.end(grant, Intent.Ended.JournalEmpty),
                                ports.store.stored().version()))
                        .isInstanceOf(Put.Done.class));
    }

    private Outcome afterTheFence(String nonce) {
        ports.wall(FENCE);
        return redeem(nonce, FENCE);
    }

    private Outcome redeem(String nonce, Duration seenFor) {
        RedemptionProtocol.Terms terms = new RedemptionProtocol.Terms(
                Sample.attempt(nonce),
                mode.rules,
                Sample.BINDING,
                new Takeover.Sight(seenFor, HolderEnd.NotKnown),
                ports.grant().epoch(),
                0,
                false);
        return new Redemption(ports).redeem(Sample.KEY, terms, (grant, candidate) -> {
            sending = candidate == null ? "" : candidate.token();
            return ScriptedPorts.request();
        });
    }

    private void assertThatTheAnswerIsStored() {
        assertThat(ports.journal.entries()).isEmpty();
        assertThat(ports.sent).isEqualTo(1);
        assertThat(ports.grant().intent()).isNull();
        assertThatTheNewestWorks();
    }

    private void assertThatTheNewestWorks() {
        Grant grant = ports.grant();
        assertThat(grant.candidates().getFirst().token()).isEqualTo(provider.current(grant.id()));
        assertThat(provider.isRevoked(grant.id())).isFalse();
    }
}

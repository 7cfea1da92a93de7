package dev.oauthconnection.grant;

import static dev.oauthconnection.grant.Sample.KEY;
import static dev.oauthconnection.grant.Sample.STRICT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oauthconnection.grant.GrantStore.Put;
import dev.oauthconnection.grant.Step.Outcome;
import dev.oauthconnection.oauth.TokenOutcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RedemptionTest {
    private final ScriptedPorts ports = new ScriptedPorts(Sample.grant());

    @Test
    void a_redemption_arms_sends_keeps_commits_and_forgets_in_this_order() {
        Outcome outcome = redeem();

        assertThat(outcome).isEqualTo(new Outcome.Committed(ports.grant()));
        assertThat(ports.effects).containsExactly("read", "put", "send", "keep", "put", "forget");
        assertThat(tokens()).containsExactly("rt-2");
    }

    /** The effects of a redemption, each of which the process may not live to begin. */
    enum Effect {
        read,
        put,
        send,
        keep,
        commit,
        forget
    }

    @ParameterizedTest
    @EnumSource(Effect.class)
    void the_next_process_recovers_from_a_stop_before_any_effect(Effect stop) {
        ports.dieBefore(stop == Effect.commit ? "put" : stop.name(), stop == Effect.commit ? 2 : 1);
        assertThatThrownBy(this::redeem).isInstanceOf(ScriptedPorts.Died.class);
        ports.restart();

        ports.journal.entries().forEach(new Redemption(ports)::commit);

        boolean answered = stop.compareTo(Effect.keep) > 0;
        assertThat(ports.journal.entries()).isEmpty();
        assertThat(tokens()).containsExactly(answered ? "rt-2" : "rt-1");
        boolean armed = stop == Effect.send || stop == Effect.keep;
        assertThat(ports.grant().isArmedBy("n-1")).isEqualTo(armed);
    }

    @Test
    void an_arming_whose_answer_was_lost_is_read_back_and_sent() {
        ports.writes(ScriptedPorts.Write.AnswerLost);

        assertThat(redeem()).isInstanceOf(Outcome.Committed.class);
        assertThat(ports.sent).isEqualTo(1);
    }

    @Test
    void an_arming_that_never_arrived_sends_nothing() {
        ports.writes(ScriptedPorts.Write.RequestLost);

        assertThat(redeem()).isInstanceOf(Outcome.Stale.class);
        assertThat(ports.sent).isZero();
    }

    @Test
    void a_commit_whose_answer_was_lost_is_found_by_its_nonce() {
        ports.writes(ScriptedPorts.Write.Lands, ScriptedPorts.Write.AnswerLost);

        assertThat(redeem()).isInstanceOf(Outcome.Committed.class);
        assertThat(ports.effects).containsOnlyOnce("forget").endsWith("put", "read", "forget");
    }

    @Test
    void a_commit_is_tried_again_until_it_lands() {
        ports.writes(
                ScriptedPorts.Write.Lands,
                ScriptedPorts.Write.RequestLost,
                ScriptedPorts.Write.RequestLost,
                ScriptedPorts.Write.Lands);

        assertThat(redeem()).isInstanceOf(Outcome.Committed.class);
        assertThat(tokens()).containsExactly("rt-2");
    }

    @Test
    void an_answer_that_the_store_refuses_stays_in_the_journal() {
        ports.writes(ScriptedPorts.Write.Lands, ScriptedPorts.Write.Refused);

        assertThat(redeem()).isInstanceOf(Outcome.Kept.class);
        assertThat(ports.journal.entries()).singleElement().matches(e -> e.nonce()
                .equals("n-1"));
    }

    @Test
    void a_grant_secret_deleted_meanwhile_is_created_again() {
        ports.whileSending(ports.store::delete);

        assertThat(redeem()).isInstanceOf(Outcome.Committed.class);
        assertThat(tokens()).containsExactly("rt-2");
    }

    @Test
    void a_consent_meanwhile_leaves_the_answer_late_and_in_the_journal_until_it_is_revoked() {
        ports.whileSending(() -> {
            ports.store.delete();
            assertThat(ports.store.create(Sample.consented("g-2"))).isInstanceOf(Put.Done.class);
        });

        assertThat(redeem()).isInstanceOfSatisfying(Outcome.Late.class, late -> assertThat(ports.journal.entries())
                .containsExactly(late.entry()));
        assertThat(ports.grant().id()).isEqualTo("g-2");
    }

    @Test
    void a_journal_that_fails_does_not_cost_the_answer() {
        ports.journalFails();

        assertThat(redeem()).isInstanceOf(Outcome.Committed.class);
        assertThat(tokens()).containsExactly("rt-2");
        assertThat(ports.journalFailures).isEqualTo(2);
    }

    @Test
    void a_process_that_was_stopped_does_not_send_by_its_monotonic_clock() {
        ports.beforeTheRequest(() -> ports.monotonic(Duration.ofSeconds(11)));

        assertThatNothingWasSent(redeem());
    }

    @Test
    void a_machine_that_was_suspended_does_not_send_by_its_wall_clock() {
        ports.beforeTheRequest(() -> ports.wall(Duration.ofSeconds(11)));

        assertThatNothingWasSent(redeem());
    }

    @Test
    void inside_the_window_by_both_clocks_it_is_sent() {
        ports.beforeTheRequest(() -> {
            ports.wall(Duration.ofSeconds(10));
            ports.monotonic(Duration.ofSeconds(10));
        });

        assertThat(redeem()).isInstanceOf(Outcome.Committed.class);
    }

    @Test
    void a_rejection_that_comes_after_a_takeover_marks_nothing() {
        ports.answer = new TokenOutcome.Rejected(400, "invalid_grant", null);
        ports.whileSending(() -> ports.store.put(
                Sample.armed(ports.grant(), "n-2"), ports.store.stored().version()));

        assertThat(redeem()).isInstanceOf(Outcome.TokenRefused.class);
        assertThat(ports.grant().isArmedBy("n-2")).isTrue();
        assertThat(ports.grant().candidates()).allMatch(c -> c.refusedAt() == null);
    }

    @Test
    void no_secret_is_shown_by_any_step_outcome_or_record() {
        redeem();
        JournalEntry entry = Sample.entry("n-1", Sample.armed("n-1"), Sample.answer("rt-s3cret"));
        Grant grant = GrantChanges.commit(Sample.armed("n-1"), entry);
        GrantStore.Stored stored = new GrantStore.Stored(grant, "7", 0, "");
        Candidate candidate = grant.candidates().getFirst();

        List<Object> shown = List.of(
                entry,
                grant,
                stored,
                candidate,
                String.valueOf(grant.answer()),
                new Put.Done(stored),
                new Step.Arm(stored, grant),
                new Step.ConfirmArming(grant),
                new Step.Send(stored, candidate),
                new Step.Keep(stored, entry),
                new Step.Commit(entry, grant, "7"),
                new Step.Create(entry, grant),
                new Step.Reread(entry),
                new Step.RecordEnd(grant, "7", new Outcome.Exhausted(grant)),
                new Outcome.Committed(grant),
                new Outcome.Kept(entry, "full"),
                new Outcome.Late(entry),
                new Outcome.Superseded(entry),
                new TokenOutcome.Granted(entry.answer()));

        assertThat(shown).allSatisfy(o -> assertThat(o.toString()).doesNotContain("s3cret", "rt-1", "id.token.jwt"));
        assertThat(grant.summary().candidates()).allMatch(c -> c.token().isEmpty());
    }

    private void assertThatNothingWasSent(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
        assertThat(ports.sent).isZero();
        assertThat(ports.grant().intent()).isNotNull().matches(Intent::endedHarmlessly);
    }

    private Outcome redeem() {
        RedemptionProtocol.Terms terms = new RedemptionProtocol.Terms(
                Sample.attempt("n-1"),
                STRICT,
                Sample.BINDING,
                new Takeover.Sight(Duration.ZERO, HolderEnd.NotKnown),
                1,
                0,
                false);
        return new Redemption(ports).redeem(KEY, terms, (grant, candidate) -> ScriptedPorts.request());
    }

    private List<String> tokens() {
        return ports.grant().candidates().stream()
                .filter(c -> c.spentAt() == null)
                .map(Candidate::token)
                .toList();
    }
}

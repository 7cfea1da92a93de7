package dev.oauthconnection.grant;

import static dev.oauthconnection.grant.Sample.STRICT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oauthconnection.grant.Step.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LastingJournalTest {
    private final FailingVolume volume = new FailingVolume();
    private final LastingJournal journal = new LastingJournal(volume);
    private final JournalEntry entry = Sample.entry("n-1", Sample.armed("n-1"), Sample.answer("rt-2"));

    @Test
    void an_answer_that_the_volume_does_not_take_is_found_until_it_is_committed() {
        volume.fails = true;

        assertThatThrownBy(() -> journal.keep(entry)).hasMessage("disk full");
        assertThat(journal.entries()).containsExactly(entry);
        assertThat(journal.unwritten()).containsExactly(entry);

        volume.fails = false;
        journal.forget("n-1");
        assertThat(journal.entries()).isEmpty();
    }

    @Test
    void an_answer_that_the_volume_took_is_found_there_alone() {
        journal.keep(entry);

        assertThat(journal.entries()).containsExactly(entry);
        assertThat(journal.unwritten()).isEmpty();
    }

    @Test
    void of_an_answer_that_was_kept_twice_the_newer_is_found_once() {
        JournalEntry newer = Sample.entry("n-1", Sample.armed("n-1"), Sample.answer("rt-3"));
        journal.keep(entry);
        volume.fails = true;
        assertThatThrownBy(() -> journal.keep(newer)).hasMessage("disk full");

        assertThat(journal.entries()).containsExactly(newer);
    }

    @Test
    void a_volume_that_forgets_no_more_does_not_keep_the_memory_from_it() {
        volume.fails = true;
        assertThatThrownBy(() -> journal.keep(entry)).hasMessage("disk full");
        assertThatThrownBy(() -> journal.forget("n-1")).hasMessage("disk full");

        assertThat(journal.entries()).isEmpty();
    }

    @Test
    void neither_disk_nor_store_taking_an_answer_loses_it() {
        ScriptedPorts ports = new ScriptedPorts(Sample.grant());
        ports.journalFails();
        ports.writes(ScriptedPorts.Write.Lands, ScriptedPorts.Write.Refused);
        RedemptionProtocol.Terms terms = new RedemptionProtocol.Terms(
                Sample.attempt("n-1"),
                STRICT,
                Sample.BINDING,
                new Takeover.Sight(Duration.ZERO, HolderEnd.NotKnown),
                1,
                0,
                false);
        Redemption redemption = new Redemption(ports);

        assertThat(redemption.redeem(Sample.KEY, terms, (grant, candidate) -> ScriptedPorts.request()))
                .isInstanceOf(Outcome.Kept.class);
        assertThat(ports.journal().entries()).hasSize(1).allSatisfy(kept -> assertThat(redemption.commit(kept))
                .isInstanceOf(Outcome.Committed.class));
        assertThat(ports.grant().candidates().getFirst().token()).isEqualTo("rt-2");
    }

    private static final class FailingVolume implements Journal {
        private final SimulatedJournal working = new SimulatedJournal();
        private boolean fails;

        @Override
        public void keep(JournalEntry entry) {
            failWhenTold();
            working.keep(entry);
        }

        @Override
        public void forget(String nonce) {
            failWhenTold();
            working.forget(nonce);
        }

        @Override
        public List<JournalEntry> entries() {
            return working.entries();
        }

        private void failWhenTold() {
            if (fails) {
                throw new IllegalStateException("disk full");
            }
        }
    }
}

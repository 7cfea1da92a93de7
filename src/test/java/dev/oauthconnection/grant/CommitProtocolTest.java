package dev.oauthconnection.grant;

import static dev.oauthconnection.grant.Sample.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.GrantStore.Put;
import dev.oauthconnection.grant.GrantStore.Stored;
import dev.oauthconnection.grant.Step.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CommitProtocolTest {
    private static final Grant ARMED = Sample.armed("n-1");
    private static final JournalEntry ENTRY = Sample.entry("n-1", ARMED, Sample.answer("rt-2"));

    @Test
    void what_is_in_the_journal_is_committed_on_what_was_armed() {
        Step step = CommitProtocol.afterKeep(new Step.Keep(stored(ARMED), ENTRY));

        assertThat(step).isEqualTo(new Step.Commit(ENTRY, GrantChanges.commit(ARMED, ENTRY), "7"));
    }

    @Test
    void a_commit_that_landed_is_success() {
        Grant committed = GrantChanges.commit(ARMED, ENTRY);

        assertThat(CommitProtocol.afterPut(ENTRY, new Put.Done(stored(committed))))
                .isEqualTo(new Step.Done(new Outcome.Committed(committed)));
    }

    static Stream<Put> unclear() {
        return Stream.of(new Put.Conflict(), new Put.Unknown("timed out"), new Put.Missing());
    }

    @ParameterizedTest
    @MethodSource("unclear")
    void a_commit_that_did_not_land_or_may_not_have_is_read_back(Put put) {
        assertThat(CommitProtocol.afterPut(ENTRY, put)).isEqualTo(new Step.Reread(ENTRY));
    }

    @Test
    void an_answer_that_the_store_refuses_is_kept() {
        assertThat(CommitProtocol.afterPut(ENTRY, new Put.Refused("too large")))
                .isEqualTo(new Step.Done(new Outcome.Kept(ENTRY, "too large")));
    }

    @Test
    void our_nonce_among_the_committed_is_success() {
        Grant committed = GrantChanges.commit(ARMED, ENTRY);
        Grant armedAgain = Sample.armed(committed, "n-2");

        assertThat(reread(ENTRY, armedAgain)).isEqualTo(new Step.Done(new Outcome.Committed(armedAgain)));
    }

    @Test
    void our_intent_that_still_stands_is_committed_on_the_new_version() {
        assertThat(reread(ENTRY, ARMED)).isEqualTo(new Step.Commit(ENTRY, GrantChanges.commit(ARMED, ENTRY), "7"));
    }

    @Test
    void beside_somebody_elses_intent_the_answer_joins_the_candidates() {
        Step step = reread(ENTRY, GrantChangesTest.takenOver());

        assertThat(step).isInstanceOfSatisfying(Step.Commit.class, commit -> {
            assertThat(commit.next().isArmedBy("n-2")).isTrue();
            assertThat(commit.next().candidates()).extracting(Candidate::token).containsExactly("rt-2", "rt-1");
        });
    }

    @Test
    void a_grant_secret_that_is_gone_is_created_again_with_the_answer() {
        Step step = CommitProtocol.afterReread(new Step.Reread(ENTRY), Optional.empty());

        assertThat(step).isEqualTo(new Step.Create(ENTRY, GrantChanges.commit(ARMED, ENTRY)));
    }

    @Test
    void an_answer_for_an_older_grant_is_never_adopted() {
        Grant newer = consented("g-2");

        assertThat(reread(ENTRY, newer)).isEqualTo(new Step.Done(new Outcome.Late(ENTRY)));
    }

    @Test
    void an_answer_for_a_revoked_grant_is_never_adopted_and_one_for_a_grant_about_to_be_revoked_is() {
        Grant asked = GrantChanges.askRevocation(ARMED, "revoke-1", NOW);

        assertThat(reread(ENTRY, asked)).isInstanceOf(Step.Commit.class);
        assertThat(reread(ENTRY, GrantChanges.revoked(asked, NOW))).isEqualTo(new Step.Done(new Outcome.Late(ENTRY)));
    }

    @Test
    void a_consent_replaces_the_grant_it_set_out_to_replace() {
        Grant old = Sample.armed("n-1");

        assertThat(reread(consent("g-2", "g-1"), old)).isInstanceOfSatisfying(Step.Commit.class, commit -> {
            assertThat(commit.next().id()).isEqualTo("g-2");
            assertThat(commit.next().epoch()).isGreaterThan(old.epoch());
        });
    }

    @Test
    void the_second_of_two_consents_is_superseded() {
        JournalEntry second = consent("g-3", "g-1");
        JournalEntry first = consent("g-3", "");

        assertThat(reread(second, consented("g-2"))).isEqualTo(new Step.Done(new Outcome.Superseded(second)));
        assertThat(reread(first, consented("g-2"))).isEqualTo(new Step.Done(new Outcome.Superseded(first)));
    }

    @Test
    void an_answer_that_nobody_wants_is_never_committed_whatever_is_stored() {
        JournalEntry unwanted = consent("g-2", "g-1").unwanted(NOW, Reason.AnswerInvalid, "another subject");

        assertThat(reread(unwanted, consented("g-1"))).isEqualTo(new Step.Done(new Outcome.Late(unwanted)));
    }

    @Test
    void a_consent_that_landed_long_ago_is_not_superseded_by_itself() {
        Grant own = consented("g-2").with((Answer) null, List.of("n-9"));

        assertThat(reread(consent("g-2", "g-1"), own)).isEqualTo(new Step.Done(new Outcome.Committed(own)));
    }

    @Test
    void the_first_consent_creates_the_grant() {
        JournalEntry entry = consent("g-2", "");

        assertThat(CommitProtocol.afterReread(new Step.Reread(entry), Optional.empty()))
                .isEqualTo(new Step.Create(entry, entry.base()));
    }

    private static Step reread(JournalEntry entry, Grant stands) {
        return CommitProtocol.afterReread(new Step.Reread(entry), Optional.of(stored(stands)));
    }

    private static Stored stored(Grant grant) {
        return new Stored(grant, "7", 0, "");
    }

    private static Grant consented(String id) {
        return Sample.consented(id);
    }

    private static JournalEntry consent(String id, String replaces) {
        return new JournalEntry(id, consented(id), 0, 0, Sample.answer("rt-1"), NOW, Duration.ZERO, null, replaces);
    }
}

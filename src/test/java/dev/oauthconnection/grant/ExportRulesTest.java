package dev.oauthconnection.grant;

import static dev.oauthconnection.grant.Sample.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.grant.ExportRules.Asked;
import dev.oauthconnection.grant.ExportRules.Verdict;
import dev.oauthconnection.grant.GrantStore.Stored;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** When a grant is handed out, and what is left of it here. */
class ExportRulesTest {
    private static final Asked ASKED = new Asked("x-1", "admin", false);
    private static final Asked IN_DOUBT = new Asked("x-1", "admin", true);
    private static final Duration FENCE = Sample.WINDOWS.fence();

    private static Verdict judge(Grant grant, Asked asked, Duration seenFor) {
        return ExportRules.judge(new Stored(grant, "7", 0, ""), 0, asked, seenFor, NOW);
    }

    private static Grant exported(Grant grant) {
        return ((Verdict.Store) judge(grant, ASKED, Duration.ZERO)).exported();
    }

    @Test
    void an_exported_grant_has_its_refresh_tokens_in_the_export_and_none_to_send() {
        Grant exported = exported(Sample.grant());

        assertThat(exported.candidates()).isEmpty();
        assertThat(exported.export())
                .isEqualTo(new Export("x-1", NOW, "admin", 2, Sample.grant().candidates()));
        for (boolean insist : new boolean[] {false, true}) {
            assertThat(Candidates.next(exported, Sample.GRACE, insist, NOW)).isEmpty();
        }
    }

    @Test
    void an_export_raises_the_epoch_of_grant_and_answer_so_that_a_backup_of_before_is_behind_the_mark() {
        Grant exported = exported(Sample.grant());

        assertThat(exported.epoch()).isEqualTo(Sample.grant().epoch() + 1);
        assertThat(exported.answer()).isEqualTo(Sample.grant().answer().at(exported.epoch()));
    }

    @Test
    void the_same_export_asked_for_again_has_the_same_result_and_another_one_is_refused() {
        Grant exported = exported(Sample.grant());

        assertThat(judge(exported, ASKED, Duration.ZERO)).isEqualTo(new Verdict.HandOut(exported));
        assertThat(judge(exported, new Asked("x-2", "other", false), Duration.ZERO))
                .isInstanceOfSatisfying(Verdict.Refused.class, refused -> assertThat(refused.why())
                        .contains("was exported by admin at 2026-03-01T12:00:00Z as x-1: repeat with --id x-1"));
    }

    static Stream<Arguments> unsettled() {
        Grant armed = Sample.armed("n-1");
        Grant harmless = GrantChanges.end(armed, Intent.Ended.NotProcessed);
        Candidate newest = harmless.candidates().getFirst();
        Grant doubted = GrantChanges.arm(
                armed, newest, Sample.attempt("n-2"), NOW, 0, new Doubt(LossWindow.HolderGone, NOW, 2));
        return Stream.of(
                Arguments.of("armed", armed),
                Arguments.of("ambiguous", GrantChanges.end(armed, Intent.Ended.Ambiguous)),
                Arguments.of("the journal is empty", GrantChanges.end(armed, Intent.Ended.JournalEmpty)),
                Arguments.of("a replay that was not processed", GrantChanges.end(doubted, Intent.Ended.NotProcessed)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unsettled")
    void a_refresh_token_that_may_be_spent_is_not_handed_out(String name, Grant grant) {
        assertThat(judge(grant, ASKED, Duration.ZERO)).isInstanceOf(Verdict.Unsettled.class);
        assertThat(judge(grant, ASKED, FENCE.multipliedBy(10))).isInstanceOf(Verdict.Unsettled.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unsettled")
    void in_doubt_it_is_handed_out_once_nobody_can_be_at_work_with_it(String name, Grant grant) {
        assertThat(judge(grant, IN_DOUBT, FENCE.minusMillis(1))).isInstanceOf(Verdict.Unsettled.class);
        assertThat(judge(grant, IN_DOUBT, FENCE)).isInstanceOf(Verdict.Store.class);
    }

    @Test
    void a_refresh_that_left_the_token_as_it_was_stands_in_no_ones_way() {
        Grant ended = GrantChanges.end(Sample.armed("n-1"), Intent.Ended.NotProcessed);

        assertThat(judge(ended, ASKED, Duration.ZERO)).isInstanceOf(Verdict.Store.class);
    }

    static Stream<Arguments> withoutAnythingToExport() {
        Grant grant = Sample.grant();
        Grant asked = GrantChanges.askRevocation(grant, null, NOW);
        Candidate refused = grant.candidates().getFirst().refused(NOW, null);
        return Stream.of(
                Arguments.of(Sample.clientCredentials(), "client credentials, which have no refresh token"),
                Arguments.of(asked, "was revoked, or is about to be"),
                Arguments.of(GrantChanges.revoked(asked, NOW), "was revoked, or is about to be"),
                Arguments.of(Sample.grant(List.of()), "the provider gave none"),
                Arguments.of(Sample.grant(List.of(refused)), "the provider refused it"));
    }

    @ParameterizedTest
    @MethodSource("withoutAnythingToExport")
    void where_there_is_nothing_to_export_it_is_said_why(Grant grant, String why) {
        assertThat(judge(grant, IN_DOUBT, FENCE))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.why()).contains(why).contains("there is nothing to export"));
    }

    @Test
    void a_grant_that_is_behind_the_token_made_from_it_is_exported_only_once_that_is_released() {
        Grant grant = Sample.grant();

        assertThat(ExportRules.judge(new Stored(grant, "7", 39, ""), 40, ASKED, FENCE, NOW))
                .isInstanceOfSatisfying(Verdict.Refused.class, refused -> assertThat(refused.why())
                        .contains("GrantRolledBack"));
        assertThat(ExportRules.judge(new Stored(grant, "7", 40, ""), 40, ASKED, FENCE, NOW))
                .isInstanceOfSatisfying(
                        Verdict.Store.class,
                        store -> assertThat(store.exported().epoch()).isEqualTo(41));
    }

    @Test
    void what_is_handed_out_is_the_newest_token_that_is_neither_spent_nor_refused() {
        Candidate spent = Candidate.fresh(1, null, "rt-1").spent(NOW);
        Candidate refused = Candidate.fresh(3, null, "rt-3").refused(NOW, null);
        Grant exported = exported(Sample.grant(List.of(refused, Candidate.fresh(2, null, "rt-2"), spent)));

        assertThat(exported.export().handedOut()).map(Candidate::token).contains("rt-2");
    }

    @Test
    void an_answer_that_comes_late_joins_what_was_exported_and_is_handed_out_from_then_on() {
        Grant armed = Sample.armed("n-1");
        Grant exported = ((Verdict.Store) judge(armed, IN_DOUBT, FENCE)).exported();
        JournalEntry entry = Sample.entry("n-1", armed, Sample.answer("rt-2"));

        Grant committed = GrantChanges.commit(exported, entry);

        assertThat(committed.candidates()).isEmpty();
        assertThat(committed.export().handedOut()).map(Candidate::token).contains("rt-2");
        assertThat(committed.hasCommitted("n-1")).isTrue();
        assertThat(committed.answer().epoch()).isEqualTo(exported.epoch());
    }

    @Test
    void an_export_that_is_taken_back_leaves_the_grant_as_it_was_but_for_its_epoch() {
        Grant grant = Sample.grant();
        Grant exported = exported(grant);

        Grant back = GrantChanges.takeBack(exported, exported.epoch());

        assertThat(back.candidates()).isEqualTo(grant.candidates());
        assertThat(back.export()).isNull();
        assertThat(back.epoch()).isEqualTo(exported.epoch());
    }

    @Test
    void only_the_export_that_was_released_is_taken_back() {
        Grant exported = exported(Sample.grant());

        assertThat(GrantChanges.takeBack(exported, exported.epoch() - 1)).isEqualTo(exported);
    }

    @Test
    void a_consent_takes_the_place_of_an_exported_grant() {
        Grant consented = GrantChanges.replace(exported(Sample.grant()), Sample.consented("g-2"));

        assertThat(consented.export()).isNull();
        assertThat(consented.candidates()).isNotEmpty();
        assertThat(consented.epoch()).isGreaterThan(exported(Sample.grant()).epoch());
    }

    @Test
    void a_refresh_token_that_was_exported_is_known_as_one_in_use() {
        Grant exported = exported(Sample.grant());

        assertThat(exported.holds("rt-1")).isTrue();
        assertThat(exported.holds("rt-2")).isFalse();
    }

    @Test
    void a_summary_shows_the_export_without_its_tokens() {
        Grant exported = exported(Sample.grant());

        assertThat(exported.summary().export().candidates())
                .extracting(Candidate::token)
                .containsExactly("");
        assertThat(exported + " " + exported.export()).contains("x-1").doesNotContain("rt-1");
    }
}

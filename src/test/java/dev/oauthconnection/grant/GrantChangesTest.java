package dev.oauthconnection.grant;

import static dev.oauthconnection.grant.Sample.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.oauth.TokenAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrantChangesTest {
    private static final Duration GRACE = Duration.ofMinutes(30);

    @Test
    void arming_raises_the_epoch_and_settles_the_refresh_request() {
        Attempt attempt = new Attempt("n-1", "pod-a/1", Sample.WINDOWS, "asked-1");

        Grant armed =
                GrantChanges.arm(Sample.grant(), Sample.grant().candidates().getFirst(), attempt, NOW, 0, null);

        assertThat(armed.epoch()).isEqualTo(2);
        assertThat(armed.handled().refresh()).isEqualTo("asked-1");
        assertThat(armed.isArmedBy("n-1")).isTrue();
    }

    @Test
    void arming_passes_the_epoch_that_was_released_or_published() {
        Grant armed = GrantChanges.arm(
                Sample.grant(), Sample.grant().candidates().getFirst(), Sample.attempt("n-1"), NOW, 40, null);

        assertThat(armed.epoch()).isEqualTo(41);
    }

    @Test
    void a_commit_puts_the_new_token_first_and_ends_the_intent() {
        Grant after = commit(Sample.armed("n-1"), "n-1", Sample.answer("rt-2"), Duration.ZERO);

        assertThat(after.candidates()).containsExactly(Candidate.fresh(2, "n-1", "rt-2"));
        assertThat(after.intent()).isNull();
        assertThat(after.hasCommitted("n-1")).isTrue();
        assertThat(after.answer())
                .isNotNull()
                .matches(a -> a.epoch() == 2 && a.expiresAt().equals(NOW.plus(Sample.LIFETIME)));
    }

    @Test
    void a_spent_token_stays_while_its_grace_lasts_and_leaves_with_the_commit_after_it() {
        Grant first = commit(Sample.armed("n-1"), "n-1", Sample.answer("rt-2"), GRACE);
        Grant second = commit(Sample.armed(first, "n-2"), "n-2", Sample.answer("rt-3"), Duration.ofNanos(1));

        assertThat(first.candidates()).extracting(Candidate::token).containsExactly("rt-2", "rt-1");
        assertThat(first.candidates().getLast().spentAt()).isEqualTo(NOW);
        JournalEntry late = Sample.entry("n-2", Sample.armed(first, "n-2"), Sample.answer("rt-3"));
        assertThat(second.candidates()).extracting(Candidate::token).startsWith("rt-3");
        Grant lapsed = GrantChanges.commit(late.base(), at(late, NOW.plus(GRACE)));
        assertThat(lapsed.candidates()).extracting(Candidate::token).containsExactly("rt-3", "rt-2");
    }

    @Test
    void an_answer_that_repeats_or_omits_the_refresh_token_renews_it_and_spends_nothing() {
        for (String received : new String[] {"rt-1", null}) {
            Grant after = commit(Sample.armed("n-1"), "n-1", Sample.answer(received), Duration.ZERO);

            assertThat(after.candidates()).containsExactly(Candidate.fresh(2, null, "rt-1"));
        }
    }

    @Test
    void somebody_elses_intent_survives_a_merge_and_so_does_what_it_redeems() {
        Grant taken = takenOver();

        Grant after = commit(taken, "n-1", Sample.answer("rt-2"), Duration.ZERO, Sample.armed("n-1"));

        assertThat(after.isArmedBy("n-2")).isTrue();
        assertThat(after.epoch()).isEqualTo(3);
        assertThat(after.candidates()).extracting(Candidate::token).containsExactly("rt-2", "rt-1");
    }

    /** An older grant Secret that was put back counts its epochs anew from there. */
    @Test
    void no_two_candidates_have_one_epoch_when_a_grant_was_armed_again_from_an_older_version() {
        Grant before = Sample.armed("n-1");
        Grant restored = commit(Sample.armed("n-2"), "n-2", Sample.answer("rt-3"), GRACE);

        Grant after = commit(restored, "n-1", Sample.answer("rt-2"), GRACE, before);

        assertThat(after.candidates()).extracting(Candidate::token).contains("rt-2", "rt-3");
        assertThat(after.candidates()).extracting(Candidate::epoch).doesNotHaveDuplicates();
        assertThat(after.epoch()).isEqualTo(after.candidates().getFirst().epoch());
    }

    @Test
    void an_answer_never_marks_a_token_that_merely_has_the_epoch_of_the_one_it_spent() {
        Grant second = commit(Sample.armed("n-1"), "n-1", Sample.answer("rt-2"), GRACE);
        Grant restored = commit(Sample.armed("n-2"), "n-2", Sample.answer("rt-9"), GRACE);

        Grant after = commit(restored, "n-3", Sample.answer("rt-3"), GRACE, Sample.armed(second, "n-3"));

        assertThat(after.candidates().stream().filter(c -> c.token().equals("rt-9")))
                .singleElement()
                .matches(c -> c.spentAt() == null);
    }

    @Test
    void a_merge_of_an_older_answer_keeps_the_newer_access_token() {
        Grant taken = takenOver();
        Grant newer = commit(taken, "n-2", Sample.answer("rt-3"), GRACE);

        Grant after = commit(newer, "n-1", Sample.answer("rt-2"), GRACE, Sample.armed("n-1"));

        assertThat(after.answer()).isEqualTo(newer.answer());
        assertThat(after.candidates()).extracting(Candidate::epoch).containsExactly(3L, 2L, 1L);
    }

    @Test
    void a_token_that_is_answered_twice_is_one_candidate() {
        Grant newer = commit(takenOver(), "n-2", Sample.answer("rt-2"), GRACE);

        Grant after = commit(newer, "n-1", Sample.answer("rt-2"), GRACE, Sample.armed("n-1"));

        assertThat(after.candidates()).extracting(Candidate::epoch).containsExactly(3L, 1L);
    }

    @Test
    void refused_candidates_leave_when_a_new_one_is_committed() {
        Candidate refused = Candidate.fresh(3, "n-0", "rt-0").refused(NOW, null);
        Grant grant = Sample.grant(List.of(refused, Candidate.fresh(1, null, "rt-1")));
        Grant armed = GrantChanges.arm(grant, grant.candidates().getLast(), Sample.attempt("n-1"), NOW, 0, null);

        Grant after = commit(armed, "n-1", Sample.answer("rt-2"), GRACE);

        assertThat(after.candidates()).extracting(Candidate::token).containsExactly("rt-2", "rt-1");
    }

    @Test
    void the_last_eight_nonces_are_remembered() {
        Grant grant = Sample.grant();
        for (int i = 1; i <= 9; i++) {
            grant = commit(Sample.armed(grant, "n-" + i), "n-" + i, Sample.answer("rt-" + i), Duration.ZERO);
        }

        assertThat(grant.committed()).hasSize(8).startsWith("n-9").endsWith("n-2");
    }

    @Test
    void a_huge_answer_keeps_its_refresh_token() {
        TokenAnswer huge =
                new TokenAnswer("x".repeat(Answer.MAX_CHARACTERS + 1), "Bearer", Sample.LIFETIME, "rt-2", null, null);

        Grant after = commit(Sample.armed("n-1"), "n-1", huge, Duration.ZERO);

        assertThat(after.candidates()).extracting(Candidate::token).containsExactly("rt-2");
        assertThat(after.answer()).isEqualTo(Sample.grant().answer());
    }

    @Test
    void enormous_scopes_are_cut_and_those_that_were_asked_for_stay() {
        List<String> scopes = new ArrayList<>(Collections.nCopies(5000, "s".repeat(60)));
        scopes.add("read");
        TokenAnswer huge = new TokenAnswer("at-2", "Bearer", Sample.LIFETIME, "rt-2", scopes, null);

        Grant after = commit(Sample.armed("n-1"), "n-1", huge, Duration.ZERO);

        assertThat(after.answer()).isNotNull().satisfies(a -> {
            assertThat(a.accessToken()).isEqualTo("at-2");
            assertThat(a.scopes()).contains("read");
        });
        assertThat(GrantJson.write(after.summary())).hasSizeLessThan(64 * 1024);
    }

    @Test
    void an_id_token_that_does_not_fit_is_left_out_and_the_access_token_is_kept() {
        TokenAnswer huge =
                new TokenAnswer("at-2", "Bearer", Sample.LIFETIME, "rt-2", null, "x".repeat(Answer.MAX_CHARACTERS));

        Grant after = commit(Sample.armed("n-1"), "n-1", huge, Duration.ZERO);

        assertThat(after.answer()).isNotNull().satisfies(a -> {
            assertThat(a.accessToken()).isEqualTo("at-2");
            assertThat(a.idToken()).isNull();
        });
    }

    @Test
    void a_huge_refresh_token_is_kept_and_leaves_no_room_for_its_access_token() {
        String refreshToken = "r".repeat(Answer.MAX_CHARACTERS);
        TokenAnswer huge = new TokenAnswer("at-2", "Bearer", Sample.LIFETIME, refreshToken, null, null);

        Grant after = commit(Sample.armed("n-1"), "n-1", huge, Duration.ZERO);

        assertThat(after.candidates()).extracting(Candidate::token).containsExactly(refreshToken);
        assertThat(after.answer()).isEqualTo(Sample.grant().answer());
    }

    @Test
    void a_refresh_that_does_not_name_its_scopes_has_those_of_the_answer_before() {
        TokenAnswer silent = new TokenAnswer("at", "Bearer", Sample.LIFETIME, "rt-2", null, null);
        Grant grant = Sample.grant(List.of(Candidate.fresh(1, null, "rt-1")), List.of("read", "write"));

        Grant after = commit(Sample.armed(grant, "n-1"), "n-1", silent, Duration.ZERO);

        assertThat(after.answer()).isNotNull().matches(a -> a.scopes().equals(List.of("read")));
    }

    @Test
    void client_credentials_keep_no_refresh_token_however_often_one_is_answered() {
        Grant grant = Sample.clientCredentials();

        JournalEntry entry =
                new JournalEntry("n-1", grant, 0, 0, Sample.answer("rt-1"), NOW, Duration.ZERO, "asked-1", null);
        Grant after = GrantChanges.commit(grant, entry);

        assertThat(after.candidates()).isEmpty();
        assertThat(after.epoch()).isEqualTo(2);
        assertThat(after.handled().refresh()).isEqualTo("asked-1");
    }

    @Test
    void a_refusal_marks_the_candidate_of_the_intent_with_the_window_of_its_doubt() {
        Doubt doubt = new Doubt(LossWindow.HolderGone, NOW, 2);
        Grant armed = GrantChanges.arm(
                Sample.grant(), Sample.grant().candidates().getFirst(), Sample.attempt("n-1"), NOW, 0, doubt);

        Grant after = GrantChanges.refuse(armed, java.util.Objects.requireNonNull(armed.intent()), NOW);

        assertThat(after.intent()).isNull();
        assertThat(after.candidates())
                .singleElement()
                .matches(c ->
                        c.lostThrough() == LossWindow.HolderGone && c.refusals() == 1 && NOW.equals(c.refusedAt()));
    }

    @Test
    void a_refusal_where_nothing_was_armed_marks_the_candidate_that_was_sent_and_no_other() {
        Grant grant = Sample.grant(List.of(Candidate.fresh(2, null, "rt-2"), Candidate.fresh(1, null, "rt-1")));

        Grant after = GrantChanges.refuseUnarmed(grant, 2, null, NOW);

        assertThat(after.candidates())
                .containsExactly(Candidate.fresh(2, null, "rt-2").refused(NOW, null), Candidate.fresh(1, null, "rt-1"));
    }

    @Test
    void a_refusal_where_nothing_was_armed_settles_the_refresh_request() {
        Grant asked = Sample.grant().with(new HandledRequests("asked-1", "revoke-1"));

        assertThat(GrantChanges.refuseUnarmed(asked, 1, "asked-2", NOW).handled())
                .isEqualTo(new HandledRequests("asked-2", "revoke-1"));
        assertThat(GrantChanges.refuseUnarmed(asked, 1, null, NOW).handled()).isEqualTo(asked.handled());
    }

    @Test
    void a_refusal_where_nothing_was_armed_leaves_epoch_intent_and_answer_as_they_are() {
        Grant armedBefore = Sample.armed("n-1");

        Grant after = GrantChanges.refuseUnarmed(armedBefore, 1, null, NOW);

        assertThat(after.epoch()).isEqualTo(armedBefore.epoch());
        assertThat(after.intent()).isEqualTo(armedBefore.intent());
        assertThat(after.answer()).isEqualTo(armedBefore.answer());
    }

    @Test
    void an_answer_where_nothing_was_armed_raises_the_epoch_renews_the_token_and_settles_the_refresh_request() {
        JournalEntry entry =
                new JournalEntry("n-1", Sample.grant(), 0, 1, Sample.answer(null), NOW, Duration.ZERO, "asked-1", null);

        Grant after = GrantChanges.commit(Sample.grant(), entry);

        assertThat(after.epoch()).isEqualTo(2);
        assertThat(after.candidates()).containsExactly(Candidate.fresh(2, null, "rt-1"));
        assertThat(after.handled().refresh()).isEqualTo("asked-1");
    }

    @Test
    void a_new_consent_passes_the_old_epoch_and_forgets_intent_and_candidates() {
        Grant old = Sample.armed(Sample.grant(List.of(Candidate.fresh(9, null, "rt-9"))), "n-1");

        Grant after = GrantChanges.replace(old, Sample.grant());

        assertThat(after.epoch()).isEqualTo(11);
        assertThat(after.intent()).isNull();
        assertThat(after.candidates()).containsExactly(Candidate.fresh(11, null, "rt-1"));
        assertThat(after.answer()).isNotNull().matches(a -> a.epoch() == 11);
    }

    @Test
    void a_new_consent_remembers_which_existing_grant_was_taken_and_which_requests_were_handled() {
        Grant existing = Sample.taken("hash-1").with(new HandledRequests("asked-1", "revoke-1"));

        Grant after = GrantChanges.replace(existing, Sample.grant());

        assertThat(after.existingGrantHash()).isEqualTo("hash-1");
        assertThat(after.handled()).isEqualTo(existing.handled());
        assertThat(GrantChanges.replace(existing, Sample.taken("hash-2")).existingGrantHash())
                .isEqualTo("hash-2");
    }

    @Test
    void a_revoked_grant_stays_without_tokens() {
        Grant after = GrantChanges.revoked(GrantChanges.askRevocation(Sample.grant(), "revoke-1", NOW), NOW);

        assertThat(after.candidates()).isEmpty();
        assertThat(after.answer()).isNull();
        assertThat(after.handled().revoke()).isEqualTo("revoke-1");
        assertThat(after.isRevoked()).isTrue();
    }

    /** n-1 armed epoch 2, then n-2 took over with epoch 3. */
    static Grant takenOver() {
        return Sample.armed(Sample.armed("n-1"), "n-2");
    }

    private static Grant commit(Grant grant, String nonce, TokenAnswer answer, Duration grace) {
        return commit(grant, nonce, answer, grace, grant);
    }

    private static Grant commit(Grant grant, String nonce, TokenAnswer answer, Duration grace, Grant base) {
        JournalEntry entry = Sample.entry(nonce, base, answer);
        return GrantChanges.commit(
                grant,
                new JournalEntry(nonce, base, entry.epoch(), entry.candidateEpoch(), answer, NOW, grace, null, null));
    }

    private static JournalEntry at(JournalEntry entry, java.time.Instant requestedAt) {
        return new JournalEntry(
                entry.nonce(),
                entry.base(),
                entry.epoch(),
                entry.candidateEpoch(),
                entry.answer(),
                requestedAt,
                GRACE,
                null,
                null);
    }
}

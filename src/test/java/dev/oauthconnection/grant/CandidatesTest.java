package dev.oauthconnection.grant;

import static dev.oauthconnection.grant.Sample.GRACE;
import static dev.oauthconnection.grant.Sample.LENIENT;
import static dev.oauthconnection.grant.Sample.NOW;
import static dev.oauthconnection.grant.Sample.STRICT;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CandidatesTest {
    private static final Candidate NEW = Candidate.fresh(3, "n-3", "rt-3");
    private static final Candidate OLD = Candidate.fresh(2, "n-2", "rt-2");

    @Test
    void the_newest_comes_first() {
        assertThat(next(STRICT, NOW, NEW, OLD)).isEqualTo(NEW);
    }

    @Test
    void an_unspent_one_is_the_fallback_when_the_newest_was_refused() {
        assertThat(next(STRICT, NOW, NEW.refused(NOW, null), OLD)).isEqualTo(OLD);
    }

    @Test
    void a_spent_one_is_the_fallback_inside_its_grace_alone() {
        Candidate spent = OLD.spent(NOW);
        Candidate refused = NEW.refused(NOW, null);

        assertThat(next(GRACE, NOW.plusSeconds(1739), refused, spent)).isEqualTo(spent);
        assertThat(Candidates.next(Sample.grant(List.of(refused, spent)), GRACE, false, NOW.plusSeconds(1740)))
                .isEmpty();
        assertThat(next(LENIENT, NOW, refused, spent)).isNull();
    }

    /** As after a replay whose answer was lost, and which put an end to the newest: inside the grace the spent one is still good. */
    @Test
    void a_spent_one_is_sent_inside_its_grace_also_where_reuse_beyond_it_revokes_the_family() {
        RedemptionRules graceThatRevokes = Sample.rules(Duration.ofMinutes(30), true);
        Candidate spent = OLD.spent(NOW);
        Candidate refused = NEW.refused(NOW, null);

        assertThat(next(graceThatRevokes, NOW.plusSeconds(1739), refused, spent))
                .isEqualTo(spent);
        assertThat(next(graceThatRevokes, NOW.plusSeconds(1740), refused, spent))
                .isNull();
    }

    @Test
    void a_spent_one_is_never_sent_where_reuse_revokes_the_family_and_there_is_no_grace() {
        assertThat(next(STRICT, NOW, NEW.refused(NOW, null), OLD.spent(NOW))).isNull();
    }

    @Test
    void a_refused_grant_is_tried_after_an_hour_and_then_daily_for_fourteen_days() {
        List<Duration> pauses = new ArrayList<>();
        Candidate candidate = NEW.refused(NOW, null);
        Instant at = NOW;
        for (Instant retry = retryOf(candidate); retry != null; retry = retryOf(candidate)) {
            assertThat(next(STRICT, retry.minusMillis(1), candidate)).isNull();
            assertThat(next(STRICT, retry, candidate)).isEqualTo(candidate);
            pauses.add(Duration.between(at, retry));
            at = retry;
            candidate = candidate.refused(retry, null);
        }

        assertThat(pauses).hasSize(15).startsWith(Duration.ofHours(1));
        assertThat(pauses.subList(1, 15)).containsOnly(Duration.ofDays(1));
    }

    @Test
    void a_person_who_asks_is_not_made_to_wait() {
        Candidate refused = NEW.refused(NOW, null);

        assertThat(Candidates.next(Sample.grant(List.of(refused)), STRICT, true, NOW))
                .contains(refused);
    }

    @Test
    void a_refused_replay_is_never_sent_again_where_reuse_revokes_the_family() {
        Grant grant = Sample.grant(List.of(NEW.refused(NOW, LossWindow.AnswerLost)));

        assertThat(Candidates.next(grant, STRICT, true, NOW.plus(Duration.ofDays(1))))
                .isEmpty();
        assertThat(Candidates.nextRetry(grant, STRICT, NOW)).isNull();
        assertThat(Candidates.next(grant, LENIENT, true, NOW)).isPresent();
    }

    @Test
    void the_summary_chooses_the_same_candidate() {
        Grant grant = Sample.grant(List.of(NEW.refused(NOW, null), OLD));

        assertThat(Candidates.next(grant.summary(), STRICT, false, NOW)).contains(OLD.withoutToken());
    }

    private static @Nullable Instant retryOf(Candidate candidate) {
        return Candidates.nextRetry(Sample.grant(List.of(candidate)), STRICT, NOW);
    }

    private static @Nullable Candidate next(RedemptionRules rules, Instant now, Candidate... candidates) {
        return Candidates.next(Sample.grant(List.of(candidates)), rules, false, now)
                .orElse(null);
    }
}

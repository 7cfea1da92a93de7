package dev.oauthconnection.laboratory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The judge of the laboratory names a window where there is evidence for it, and none where there is not. */
class OracleTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final long HOLDER = 11;
    private static final TokenName SPENT = new TokenName("books", 1, 1);
    private static final TokenName NEWEST = new TokenName("books", 1, 2);

    private final List<Gate.Exchange> exchanges = new ArrayList<>();
    private final List<RotatingServer.Decision> decisions = new ArrayList<>();
    private final List<SecretHistory.Published> published = new ArrayList<>();
    private final List<SecretHistory.Stored> stored = new ArrayList<>();
    private final List<Diary.Entry> diary = new ArrayList<>();
    private final List<Pod.Left> leftovers = new ArrayList<>();
    private final List<Diary.Lost> losses = new ArrayList<>();

    private Oracle oracle() {
        return new Oracle(new Evidence(
                Plan.of(Plan.Kind.Operator, RotatingServer.Mode.Strict, 1, Duration.ZERO),
                NOON,
                NOON.plusSeconds(100),
                NOON.plusSeconds(200),
                exchanges,
                decisions,
                published,
                stored,
                diary,
                leftovers,
                losses,
                List.of(NEWEST),
                List.of(),
                List.of()));
    }

    private void answered(Gate.Fault fault, Instant relayed) {
        exchanges.add(new Gate.Exchange(NOON, HOLDER, SPENT, fault, NOON.plusMillis(100), 200, NEWEST, relayed));
    }

    private void lost() {
        losses.add(new Diary.Lost(NOON.plusSeconds(9), NEWEST, "GrantLost"));
    }

    private void happened(Diary.Kind kind, Instant at) {
        diary.add(new Diary.Entry(at, kind, "pod 0", HOLDER));
    }

    private Window window() {
        List<Oracle.Loss> found = oracle().losses();
        assertThat(found).hasSize(1);
        return found.getFirst().window();
    }

    @Test
    void an_answer_to_a_process_that_was_dead_when_its_request_arrived_is_lost_on_its_way() {
        happened(Diary.Kind.Killed, NOON.minusMillis(30));
        exchanges.add(new Gate.Exchange(
                NOON, 0, SPENT, Gate.Fault.None, NOON.plusMillis(100), 200, NEWEST, NOON.plusMillis(101)));
        lost();
        assertThat(window()).isEqualTo(Window.AnswerLost);
    }

    @Test
    void an_answer_to_a_sender_that_nobody_knows_explains_nothing_while_nobody_was_killed() {
        happened(Diary.Kind.Killed, NOON.plusMillis(30));
        exchanges.add(new Gate.Exchange(
                NOON, 0, SPENT, Gate.Fault.None, NOON.plusMillis(100), 200, NEWEST, NOON.plusMillis(101)));
        lost();
        assertThat(window()).isEqualTo(Window.Unexplained);
    }

    @Test
    void a_grant_whose_newest_refresh_token_is_stored_is_not_lost() {
        stored.add(new SecretHistory.Stored(NOON, "operator/grant-1", List.of(NEWEST)));
        assertThat(oracle().losses()).isEmpty();
    }

    @Test
    void a_newest_refresh_token_that_is_stored_nowhere_is_a_loss_that_nobody_need_have_noticed() {
        answered(Gate.Fault.None, NOON.plusMillis(101));
        assertThat(window()).isEqualTo(Window.Unexplained);
    }

    @Test
    void an_answer_that_was_cut_off_explains_a_loss() {
        answered(Gate.Fault.CutInAnswer, Instant.MAX);
        lost();
        assertThat(window()).isEqualTo(Window.AnswerLost);
    }

    @Test
    void an_answer_that_found_nobody_explains_a_loss() {
        answered(Gate.Fault.None, Instant.MAX);
        lost();
        assertThat(window()).isEqualTo(Window.AnswerLost);
    }

    @Test
    void an_answer_to_a_process_that_was_dead_before_explains_a_loss() {
        answered(Gate.Fault.None, NOON.plusMillis(101));
        happened(Diary.Kind.Killed, NOON.plusMillis(99));
        lost();
        assertThat(window()).isEqualTo(Window.AnswerLost);
    }

    @Test
    void a_kill_right_after_the_answer_explains_a_loss_and_says_how_long_the_window_was_open() {
        answered(Gate.Fault.None, NOON.plusMillis(101));
        happened(Diary.Kind.Killed, NOON.plusMillis(103));
        lost();
        assertThat(oracle().losses()).singleElement().satisfies(loss -> {
            assertThat(loss.window()).isEqualTo(Window.KilledBeforeJournal);
            assertThat(loss.open()).isEqualTo(Duration.ofMillis(2));
        });
    }

    @Test
    void a_kill_long_after_the_answer_explains_nothing() {
        answered(Gate.Fault.None, NOON.plusMillis(101));
        happened(Diary.Kind.Killed, NOON.plusSeconds(8));
        lost();
        assertThat(window()).isEqualTo(Window.Unexplained);
    }

    @Test
    void a_kill_of_another_process_explains_nothing() {
        answered(Gate.Fault.None, NOON.plusMillis(101));
        diary.add(new Diary.Entry(NOON.plusMillis(102), Diary.Kind.Killed, "pod 1", HOLDER + 1));
        lost();
        assertThat(window()).isEqualTo(Window.Unexplained);
    }

    @Test
    void a_journal_that_went_with_its_pod_explains_a_loss() {
        answered(Gate.Fault.None, NOON.plusMillis(101));
        happened(Diary.Kind.Killed, NOON.plusMillis(110));
        happened(Diary.Kind.PodLost, NOON.plusMillis(120));
        leftovers.add(new Pod.Left(NOON.plusMillis(115), HOLDER, List.of(NEWEST)));
        lost();
        assertThat(window()).isEqualTo(Window.JournalLost);
    }

    @Test
    void a_journal_that_went_with_a_later_process_of_its_pod_explains_a_loss() {
        answered(Gate.Fault.None, NOON.plusMillis(101));
        happened(Diary.Kind.Killed, NOON.plusMillis(110));
        leftovers.add(new Pod.Left(NOON.plusMillis(115), HOLDER, List.of(NEWEST)));
        diary.add(new Diary.Entry(NOON.plusSeconds(3), Diary.Kind.PodLost, "pod 0", HOLDER + 1));
        lost();
        assertThat(window()).isEqualTo(Window.JournalLost);
    }

    @Test
    void a_journal_that_the_next_process_had_and_did_not_use_explains_nothing() {
        answered(Gate.Fault.None, NOON.plusMillis(101));
        happened(Diary.Kind.Killed, NOON.plusMillis(110));
        leftovers.add(new Pod.Left(NOON.plusMillis(115), HOLDER, List.of(NEWEST)));
        lost();
        assertThat(window()).isEqualTo(Window.Unexplained);
    }

    @Test
    void a_stored_token_that_a_reuse_ended_is_explained_only_by_a_sender_that_had_stood_still() {
        answered(Gate.Fault.None, NOON.plusMillis(101));
        stored.add(new SecretHistory.Stored(NOON.plusMillis(105), "operator/grant-1", List.of(NEWEST)));
        exchanges.add(new Gate.Exchange(
                NOON.plusSeconds(5),
                HOLDER + 1,
                SPENT,
                Gate.Fault.None,
                NOON.plusSeconds(6),
                400,
                TokenName.of(""),
                NOON.plusSeconds(6)));
        lost();
        assertThat(window()).isEqualTo(Window.Unexplained);

        diary.add(new Diary.Entry(NOON.minusSeconds(1), Diary.Kind.Stopped, "pod 1", HOLDER + 1));
        assertThat(window()).isEqualTo(Window.StoppedBeforeSending);
    }

    @Test
    void a_spent_token_that_was_sent_again_is_seen() {
        decisions.add(new RotatingServer.Decision(NOON, SPENT, Optional.of(NEWEST), ""));
        assertThat(oracle().redeemedTwice()).isEmpty();
        decisions.add(new RotatingServer.Decision(NOON.plusSeconds(1), SPENT, Optional.empty(), "invalid_grant"));
        assertThat(oracle().redeemedTwice()).containsExactly(NOON.plusSeconds(1));
    }

    @Test
    void the_time_without_a_valid_token_is_told_and_what_of_it_a_loss_cost() {
        published.add(new SecretHistory.Published(NOON, "books", NOON.plusSeconds(60)));
        published.add(new SecretHistory.Published(NOON.plusSeconds(64), "books", NOON.plusSeconds(124)));
        stored.add(new SecretHistory.Stored(NOON, "operator/grant-1", List.of(NEWEST)));
        assertThat(oracle().gaps()).singleElement().satisfies(gap -> assertThat(gap.length())
                .isEqualTo(Duration.ofSeconds(4)));
        assertThat(oracle().isCostOfLoss(oracle().gaps().getFirst(), List.of())).isFalse();
    }

    @Test
    void a_grant_that_a_person_deleted_is_lost_by_hand_whatever_else_could_explain_it() {
        diary.add(new Diary.Entry(NOON, Diary.Kind.ByHand, NEWEST.grant(), 0));
        answered(Gate.Fault.CutInAnswer, Instant.MAX);
        lost();
        assertThat(window()).isEqualTo(Window.ByHand);
    }

    @Test
    void what_a_person_deleted_explains_nothing_about_the_grant_of_the_next_consent() {
        diary.add(new Diary.Entry(NOON, Diary.Kind.ByHand, new TokenName("books", 0, 2).grant(), 0));
        lost();
        assertThat(window()).isEqualTo(Window.Unexplained);
    }
}

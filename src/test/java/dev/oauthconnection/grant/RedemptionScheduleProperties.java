package dev.oauthconnection.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.grant.World.Action;
import dev.oauthconnection.grant.World.Action.Kind;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.Tuple;

/**
 * Two replicas redeem one grant while processes die, pods go with their journals, messages and writes are lost, clocks jump and machines
 * stand still. Whatever the schedule: a grant is lost through an admitted window or not at all, an answer that was received is never
 * dropped, a refresh token is sent twice only by the stated policy, and what still works comes back into use without a person.
 */
class RedemptionScheduleProperties {
    private static final int TRIES = 1500;
    private static final long SEED = 2;

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void where_reuse_revokes_a_grant_is_lost_through_an_admitted_window_or_not_at_all(
            @ForAll("schedules") List<Action> schedule) {
        check(SimulatedProvider.Mode.Strict, schedule);
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void where_reuse_is_refused_a_grant_is_lost_through_an_admitted_window_or_not_at_all(
            @ForAll("schedules") List<Action> schedule) {
        check(SimulatedProvider.Mode.Lenient, schedule);
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void where_an_admin_is_asked_nothing_in_doubt_is_sent_before_the_release(
            @ForAll("schedules") List<Action> schedule) {
        check(SimulatedProvider.Mode.Held, schedule);
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void where_there_is_a_grace_no_grant_is_lost(@ForAll("schedules") List<Action> schedule) {
        check(SimulatedProvider.Mode.Grace, schedule);
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void where_an_outage_outlives_the_grace_no_spent_token_is_sent_after_it(
            @ForAll("schedules") List<Action> schedule) {
        check(SimulatedProvider.Mode.Outage, schedule);
    }

    @Example
    void each_rule_prevents_a_loss_that_its_breach_shows() {
        Map<Broken, SimulatedProvider.Mode> matters = Map.of(
                Broken.Arm, SimulatedProvider.Mode.Strict,
                Broken.Fence, SimulatedProvider.Mode.Strict,
                Broken.Check, SimulatedProvider.Mode.Strict,
                Broken.Journal, SimulatedProvider.Mode.Lenient,
                Broken.Merge, SimulatedProvider.Mode.Lenient,
                Broken.Previous, SimulatedProvider.Mode.Grace);
        assertThat(matters.keySet()).isEqualTo(EnumSet.range(Broken.Arm, Broken.Previous));
        assertThat(matters).allSatisfy((rule, mode) -> assertThat(samples(10_000))
                .as("a loss without the rule %s where the provider is %s", rule, mode)
                .anyMatch(schedule -> new World(mode, rule).run(schedule).hasLoss()));
    }

    @Example
    void the_schedules_reach_each_window_and_each_kind_of_end() {
        Set<String> happened = new HashSet<>();
        for (SimulatedProvider.Mode mode : SimulatedProvider.Mode.values()) {
            samples(500)
                    .forEach(schedule -> happened.addAll(
                            new World(mode, Broken.None).run(schedule).happened()));
        }

        assertThat(happened)
                .contains("answer lost", "killed with the answer in hand", "journal lost", "revoked after its loss")
                .contains("replay AnswerLost", "replay KilledBeforeJournal", "replay JournalLost", "replay Deadline")
                .contains("Committed", "Late", "Stale", "Waiting", "Unavailable", "Ambiguous", "TokenRefused");
    }

    /** Rare among random schedules: the request of a process that died arrives after its successor's. */
    @Example
    void a_request_of_a_dead_process_that_arrives_late_ends_no_grant() {
        List<Action> schedule = Stream.of(
                        Stream.of(Kind.Tick, Kind.Tick, Kind.Tick, Kind.Tick), // begins, reads, arms, sends
                        Stream.of(Kind.Crash, Kind.Tick, Kind.Tick), // restarts, ends the intent of the process before
                        Stream.of(Kind.Tick, Kind.Tick, Kind.Tick, Kind.Tick), // begins, reads, arms, sends
                        Stream.of(Kind.Deliver, Kind.Tick, Kind.Tick, Kind.Tick)) // receives, keeps, commits
                .flatMap(kinds -> kinds)
                .map(kind -> new Action(kind, 0, 1))
                .toList();

        check(SimulatedProvider.Mode.Strict, schedule);
    }

    /** Rare among random schedules: the newest is dead, and one that was spent long ago is still stored. */
    @Example
    void a_token_spent_before_an_outage_longer_than_the_grace_is_not_sent_after_it() {
        List<Action> schedule = Stream.of(
                        Stream.generate(() -> Kind.Tick).limit(4), // begins, reads, arms, sends
                        Stream.of(Kind.Deliver),
                        Stream.generate(() -> Kind.Tick)
                                .limit(8), // receives, keeps, commits, and so on to the next sending
                        Stream.of(Kind.Deliver, Kind.LoseMessage, Kind.WaitLong))
                .flatMap(kinds -> kinds)
                .map(kind -> new Action(kind, 0, 60))
                .toList();

        Ledger ledger = new World(SimulatedProvider.Mode.Outage, Broken.None).run(schedule);

        assertThat(ledger.happened()).contains("answer lost", "replay GraceEnded", "TokenRefused");
        assertThat(ledger.violations()).isEmpty();
    }

    /** Always the same ones. */
    private Stream<List<Action>> samples(int count) {
        return schedules().generator(1000).stream(new Random(SEED))
                .map(Shrinkable::value)
                .limit(count);
    }

    private static void check(SimulatedProvider.Mode mode, List<Action> schedule) {
        assertThat(new World(mode, Broken.None).run(schedule).violations()).isEmpty();
    }

    @Provide
    Arbitrary<List<Action>> schedules() {
        Arbitrary<Kind> kinds = Arbitraries.frequency(
                Tuple.of(50, Kind.Tick),
                Tuple.of(14, Kind.Deliver),
                Tuple.of(3, Kind.LoseMessage),
                Tuple.of(1, Kind.LoseWrite),
                Tuple.of(2, Kind.LoseWritesAnswer),
                Tuple.of(2, Kind.Touch),
                Tuple.of(3, Kind.Crash),
                Tuple.of(1, Kind.LosePod),
                Tuple.of(1, Kind.Consent),
                Tuple.of(5, Kind.Wait),
                Tuple.of(1, Kind.WaitLong),
                Tuple.of(2, Kind.Suspend),
                Tuple.of(2, Kind.SetClock));
        Arbitrary<Integer> amounts = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.integers().between(1, 60)),
                Tuple.of(1, Arbitraries.integers().between(60, 300)));
        return Combinators.combine(kinds, Arbitraries.integers().between(0, 1), amounts)
                .as(Action::new)
                .list()
                .ofMinSize(20)
                .ofMaxSize(120);
    }
}

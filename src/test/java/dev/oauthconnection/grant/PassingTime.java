package dev.oauthconnection.grant;

import dev.oauthconnection.grant.Faults.Fault;
import dev.oauthconnection.grant.StateSearch.Move;
import dev.oauthconnection.grant.Step.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Time, as a few leaps. Between them everything happens in one moment, in any order. The rules compare moments with a few thresholds only,
 * so it is enough to stand once on either side of each, in the orders in which they can be passed: with real instants and durations, and
 * the product's own windows. Which leap carries past what:
 *
 * <ul>
 *   <li>the fence: past the send window, the call and the fence of all that is announced by now. No message outlives it; it is lost first,
 *       or delivered.
 *   <li>patience, after a fence: past the patience with a silent holder where the grace is short, and before the last replay.
 *   <li>the grace's end, after the two: past a short grace.
 *   <li>the lapse: past the expiry of the published access token as well, and with it past all patience; within a grace of half an hour.
 *   <li>the outage: past any grace.
 * </ul>
 *
 * Whoever is not done with what it began, after its last check, is stopped or cut off meanwhile, which counts as a fault. A leap past the
 * grace of a redemption whose end is not known is an outage, unless the rules themselves have a replica wait for longer.
 */
final class PassingTime {
    static final Duration FENCE = Sample.WINDOWS.fence().plusSeconds(1);
    static final Duration LAPSE = TokenFamily.ACCESS_TOKEN.plusSeconds(1);
    static final Duration OUTAGE = Duration.ofMinutes(31);
    private static final Duration PATIENCE = Duration.ofSeconds(109).minus(FENCE);
    private static final Duration GRACE_END = Duration.ofSeconds(12);

    private final CheckedRules rules;
    private final BeginningMoves beginnings;

    PassingTime(CheckedRules rules, BeginningMoves beginnings) {
        this.rules = rules;
        this.beginnings = beginnings;
    }

    void collect(CheckedState state, Consumer<Move<CheckedState>> moves) {
        if (state.net().stream().anyMatch(message -> message.answer() == null)) {
            return;
        }
        if (state.left().has(Fault.Fence) && isSomethingFenced(state)) {
            leap(state, Fault.Fence, FENCE, "the fence passes", moves);
        }
        if (state.left().has(Fault.Patience) && isSomethingFenced(state)) {
            leap(state, Fault.Patience, PATIENCE, "patience comes to its end", moves);
        }
        if (state.left().has(Fault.GraceEnd)) {
            leap(state, Fault.GraceEnd, GRACE_END, "the short grace comes to its end", moves);
        }
        if (state.left().has(Fault.Lapse)) {
            leap(state, Fault.Lapse, LAPSE, "the access token lapses", moves);
        }
        if (state.left().has(Fault.Outage)) {
            leap(state, Fault.Outage, OUTAGE, "the grace comes to its end", moves);
        }
    }

    private static boolean isSomethingFenced(CheckedState state) {
        boolean unsent = state.replicas().stream()
                .anyMatch(r -> r.work() != null
                        && r.work().terms() != null
                        && !r.work().passed());
        return unsent
                || state.secret().intent().filter(i -> !i.endedHarmlessly()).isPresent();
    }

    private void leap(
            CheckedState state, Fault kind, Duration length, String sentence, Consumer<Move<CheckedState>> moves) {
        Optional<CheckedState> paid = Optional.of(state.spending(kind));
        if (kind != Fault.Outage && endsGraceTooEarly(state, length)) {
            paid = paid.flatMap(s -> spending(s, Fault.Outage));
        }
        for (CheckedReplica replica : state.replicas()) {
            if (isStopped(replica, kind)) {
                paid = paid.flatMap(s -> spending(s, Fault.Late));
            }
        }
        paid.ifPresent(s -> moves.accept(new Move<>(sentence, s.after(length))));
    }

    private static Optional<CheckedState> spending(CheckedState state, Fault fault) {
        return state.left().has(fault) ? Optional.of(state.spending(fault)) : Optional.empty();
    }

    /** Whether the grace of a redemption whose end is not known would be over, and a replica that does what the rules say would have acted. */
    private boolean endsGraceTooEarly(CheckedState state, Duration length) {
        Intent intent =
                state.secret().intent().filter(i -> !i.endedHarmlessly()).orElse(null);
        if (intent == null || !rules.rules().hasGrace()) {
            return false;
        }
        Doubt doubt = intent.doubt();
        Instant since = doubt == null ? intent.armedAt() : doubt.since();
        Instant graceEnd = since.plus(rules.rules().grace());
        boolean passes =
                state.now().isBefore(graceEnd) && !state.now().plus(length).isBefore(graceEnd);
        return passes && !isToWait(state, graceEnd);
    }

    /** Whether the replicas that could act have been told to wait until then, and not because they came too late to know more. */
    private boolean isToWait(CheckedState state, Instant graceEnd) {
        List<Integer> idle = IntStream.range(0, state.replicas().size())
                .filter(i -> state.replica(i).isQuiet())
                .boxed()
                .toList();
        return !idle.isEmpty()
                && idle.stream()
                        .allMatch(i -> state.replica(i).seenFor().compareTo(CheckedReplica.FENCE) >= 0
                                && beginnings.begin(state, i)
                                        instanceof Step.Done(Outcome.Waiting(Instant until, String why))
                                && !until.isBefore(graceEnd));
    }

    /** Patience is there for who has an answer: it may take its time for as long as the fence. */
    private static boolean isStopped(CheckedReplica replica, Fault kind) {
        boolean waits = replica.work() != null && replica.work().sent();
        return waits || (kind != Fault.Fence && replica.mayHoldAnswer());
    }
}

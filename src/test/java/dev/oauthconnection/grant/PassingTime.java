package dev.oauthconnection.grant;

import dev.oauthconnection.grant.Faults.Fault;
import dev.oauthconnection.grant.StateSearch.Move;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Time, as three leaps. Between them everything happens in one moment, in any order. The rules compare moments with a few thresholds only,
 * so it is enough to stand once on either side of each, in the one order in which they can be passed: with real instants and durations, and
 * the product's own windows. Which leap carries past what:
 *
 * <ul>
 *   <li>the fence: past the send window, the call and the fence of all that is announced by now. No message outlives it; it is lost first,
 *       or delivered.
 *   <li>the lapse: past the expiry of the published access token as well, and with it past all patience; within the grace.
 *   <li>the outage: past the grace as well.
 * </ul>
 *
 * Whoever is not done with what it began, after its last check, is stopped or cut off meanwhile, which counts as a fault.
 */
final class PassingTime {
    private PassingTime() {}

    static final Duration FENCE = Sample.WINDOWS.fence().plusSeconds(1);
    static final Duration LAPSE = TokenFamily.ACCESS_TOKEN.plusSeconds(1);
    static final Duration OUTAGE = Duration.ofMinutes(31);

    static void collect(CheckedState state, Consumer<Move<CheckedState>> moves) {
        if (state.net().stream().anyMatch(message -> message.answer() == null)) {
            return;
        }
        if (state.left().has(Fault.Fence) && isSomethingFenced(state)) {
            leap(state, Fault.Fence, FENCE, "the fence passes", moves);
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

    private static void leap(
            CheckedState state, Fault kind, Duration length, String sentence, Consumer<Move<CheckedState>> moves) {
        CheckedState paid = state.spending(kind);
        for (CheckedReplica replica : state.replicas()) {
            if (isStopped(replica, kind)) {
                if (!paid.left().has(Fault.Late)) {
                    return;
                }
                paid = paid.spending(Fault.Late);
            }
        }
        moves.accept(new Move<>(sentence, paid.after(length)));
    }

    /** Patience is there for who has an answer: it may take its time for as long as the fence. */
    private static boolean isStopped(CheckedReplica replica, Fault kind) {
        boolean waits = replica.work() != null && replica.work().sent();
        return waits || (kind != Fault.Fence && replica.mayHoldAnswer());
    }
}

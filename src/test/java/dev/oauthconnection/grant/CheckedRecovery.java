package dev.oauthconnection.grant;

import dev.oauthconnection.grant.Step.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Liveness: from a quiet state in which a refresh token that works is stored, each replica alone brings it back into use by the rules, while
 * nothing goes wrong any more and time passes as they ask for it. An admin does what only an admin may: release what is held or rolled
 * back, correct the client's secret.
 */
final class CheckedRecovery {
    private static final int ENOUGH = 200;

    private final CheckedRules rules;
    private final ReplicaMoves replicas;
    private final BeginningMoves beginnings;
    private final OutsideMoves outside;

    CheckedRecovery(CheckedRules rules, ReplicaMoves replicas, BeginningMoves beginnings, OutsideMoves outside) {
        this.rules = rules;
        this.replicas = replicas;
        this.beginnings = beginnings;
        this.outside = outside;
    }

    /**
     * Which replica does not bring it back, and why; empty if each does.
     *
     * @param lostAsExplained whether the grant is lost in the end through a window that had opened before
     */
    Optional<String> fails(CheckedState state, Predicate<CheckedState> lostAsExplained) {
        CheckedState calm = OutsideMoves.corrected(state.left(Faults.NONE));
        for (int i = 0; i < calm.replicas().size(); i++) {
            Optional<String> why = isTooLate(calm, i) ? Optional.empty() : stuck(calm, i, lostAsExplained);
            if (why.isPresent()) {
                return Optional.of("a refresh token that works is not used by "
                        + calm.replica(i).name() + ": " + why.get());
            }
        }
        return Optional.empty();
    }

    /** Who first sees an attempt shortly before a short grace ends has to wait for its fence all the same, and then the grace is over. */
    private boolean isTooLate(CheckedState state, int index) {
        Intent intent =
                state.secret().intent().filter(i -> !i.endedHarmlessly()).orElse(null);
        if (intent == null || !rules.rules().hasGrace()) {
            return false;
        }
        Doubt doubt = intent.doubt();
        Instant since = doubt == null ? intent.armedAt() : doubt.since();
        Instant lastReplay =
                since.plus(rules.rules().grace()).minus(rules.rules().graceMargin());
        Instant fenced =
                state.now().plus(CheckedReplica.FENCE.minus(state.replica(index).seenFor()));
        return !fenced.isBefore(lastReplay);
    }

    private Optional<String> stuck(CheckedState from, int index, Predicate<CheckedState> lostAsExplained) {
        CheckedState state = from;
        for (int i = 0; i < ENOUGH; i++) {
            CheckedReplica replica = state.replica(index);
            CheckedWork work = replica.work();
            if (work == null) {
                Step step = beginnings.begin(state, index);
                if (step instanceof Step.Done(Outcome outcome)) {
                    Optional<CheckedState> later = awaiting(state, outcome);
                    if (later.isEmpty()) {
                        return lostAsExplained.test(state) ? Optional.empty() : Optional.of(outcome.toString());
                    }
                    state = later.get();
                } else {
                    state = beginnings.announce(state, index).orElseThrow().to();
                }
            } else if (work.step() instanceof Step.Commit) {
                // Nothing goes wrong any more, so it lands.
                return Optional.empty();
            } else {
                state = goOn(state, index, work);
            }
        }
        return Optional.of("it does not come to an end");
    }

    private CheckedState goOn(CheckedState state, int index, CheckedWork work) {
        Optional<CheckedMessage> request = state.message(work.nonce()).filter(m -> m.answer() == null);
        return request.isPresent()
                ? outside.redeem(state, request.get()).to()
                : replicas.goOn(state, index).getFirst().to();
    }

    /** What it waits for comes; empty if it waits for nothing. */
    private Optional<CheckedState> awaiting(CheckedState state, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Waiting(Instant until, String why) -> Optional.of(at(state, until));
            case Outcome.Held(LossWindow window, long epoch) ->
                Optional.of(state.with(state.secret().released(epoch)));
            case Outcome.RolledBack(long epoch, long marked) ->
                Optional.of(state.with(state.secret().released(marked)));
            case Outcome.Exhausted(Grant grant)
            when grant != null ->
                Optional.ofNullable(Candidates.nextRetry(grant, rules.rules(), state.now()))
                        .map(retry -> at(state, retry));
            default -> Optional.empty();
        };
    }

    private static CheckedState at(CheckedState state, Instant until) {
        Duration wait = Duration.between(state.now(), until);
        return state.after(wait.isNegative() ? Duration.ZERO : wait);
    }
}

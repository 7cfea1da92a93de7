package dev.oauthconnection.grant;

import dev.oauthconnection.grant.GrantStore.Stored;
import dev.oauthconnection.grant.StateSearch.Move;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** How a replica begins an attempt: what it knows of the holder before it, and what the protocol says to that. */
final class BeginningMoves {
    private final CheckedRules rules;

    BeginningMoves(CheckedRules rules) {
        this.rules = rules;
    }

    /** What the protocol says when this replica looks at the grant: the arming of an attempt, or why there is none now. */
    Step begin(CheckedState state, int index) {
        return new RedemptionProtocol(terms(state, index))
                .afterRead(state.secret().read(), state.now());
    }

    /** Begins the attempt that the protocol asks for; empty when it asks for none. */
    Optional<Move<CheckedState>> announce(CheckedState state, int index) {
        CheckedReplica replica = state.replica(index);
        if (!replica.isQuiet() || !(begin(state, index) instanceof Step.Arm arm)) {
            return Optional.empty();
        }
        Step first = rules.breaks(Broken.Arm)
                ? new Step.Send(new Stored(arm.armed(), CheckedWork.CURRENT, 0, ""), sent(arm.armed()))
                : arm;
        CheckedWork work = CheckedWork.redemption(terms(state, index), first, state.now(), rules.keepsWhatWasRead());
        return Optional.of(new Move<>(
                replica.name() + " begins " + work.nonce() + " with "
                        + sent(arm.armed()).token(),
                state.begun(state.begun() + 1).with(index, replica.at(work))));
    }

    private RedemptionProtocol.Terms terms(CheckedState state, int index) {
        Grant grant = state.secret().grant();
        CheckedReplica replica = state.replica(index);
        String nonce = "n" + (state.begun() + 1);
        Attempt attempt = new Attempt(nonce, replica.holder(), Sample.WINDOWS, null);
        long mark = rules.breaks(Broken.Mark) ? 0 : state.secret().mark();
        return new RedemptionProtocol.Terms(
                attempt, rules.taken(), Sample.BINDING, sight(state, replica), grant.epoch(), mark, false);
    }

    private Takeover.Sight sight(CheckedState state, CheckedReplica replica) {
        Intent intent = state.secret().intent().orElse(null);
        if (intent == null || rules.breaks(Broken.Fence)) {
            return new Takeover.Sight(Duration.ofDays(1), HolderEnd.PodOver);
        }
        boolean podOver = state.podsOver().contains(HolderEnd.podOf(intent.holder()));
        boolean fenced = replica.seenFor().compareTo(intent.fence()) < 0;
        return new Takeover.Sight(replica.seenFor(), replica.endOf(intent, podOver && !fenced));
    }

    private static Candidate sent(Grant armed) {
        return armed.candidate(Objects.requireNonNull(armed.intent()).candidateEpoch())
                .orElseThrow();
    }
}

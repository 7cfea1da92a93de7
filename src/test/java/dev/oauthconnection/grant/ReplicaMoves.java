package dev.oauthconnection.grant;

import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.CheckedFamily.Loss;
import dev.oauthconnection.grant.Faults.Fault;
import dev.oauthconnection.grant.StateSearch.Move;
import dev.oauthconnection.grant.Step.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a replica may do next: the product's own steps, one effect each, so that anything may come between two. The first of several ways is
 * the one on which nothing goes wrong.
 */
final class ReplicaMoves {
    private final CheckedRules rules;
    private final CheckedWrites writes;
    private final SendingMoves sending;

    ReplicaMoves(CheckedRules rules, CheckedWrites writes) {
        this.rules = rules;
        this.writes = writes;
        this.sending = new SendingMoves(rules);
    }

    /** All ways on, but for a new attempt. */
    List<Move<CheckedState>> goOn(CheckedState state, int index) {
        CheckedReplica replica = state.replica(index);
        CheckedWork work = replica.work();
        if (replica.dead()) {
            CheckedState restarted = state.with(index, replica.restarted());
            return List.of(new Move<>(replica.name() + " restarts", rested(restarted, index)));
        }
        if (work != null) {
            return carryOut(state, index, work, work.step());
        }
        if (!replica.journal().isEmpty()) {
            return List.of(takeUp(state, index, replica.journal().getFirst()));
        }
        return replica.endsLeftBehind() ? endLeftBehind(state, index) : List.of();
    }

    private Move<CheckedState> takeUp(CheckedState state, int index, JournalEntry entry) {
        CheckedReplica replica = state.replica(index);
        if (entry.unwanted() != null) {
            return dispose(state, index, entry);
        }
        return new Move<>(
                replica.name() + " takes the answer to " + entry.nonce() + " up from its journal",
                state.with(index, replica.at(CheckedWork.commit(entry))));
    }

    /** What nobody wants is revoked at the provider, and then forgotten. */
    private Move<CheckedState> dispose(CheckedState state, int index, JournalEntry entry) {
        String token = Objects.requireNonNull(entry.answer().refreshToken());
        CheckedFamily family = state.family(TokenFamily.grantOf(token));
        CheckedState disposed = state.with(index, state.replica(index).forgetting(entry.nonce()))
                .with(family.with(family.tokens().withRevoked())
                        .losing(Loss.Replaced)
                        .losingPrevious(Loss.Replaced));
        // Whoever puts the grant of an older consent back may meet with the end of it.
        boolean restored = state.left().left(Fault.Restore) < rules.faults().left(Fault.Restore);
        boolean inUse = !restored && family.id().equals(state.secret().grant().id());
        return new Move<>(
                state.replica(index).name() + " revokes " + token + ", which came late",
                rested(inUse ? disposed.breached("the grant in use is revoked as a late one") : disposed, index));
    }

    private List<Move<CheckedState>> endLeftBehind(CheckedState state, int index) {
        CheckedReplica replica = state.replica(index);
        CheckedState rested = rested(state, index);
        if (rested != state) {
            return List.of(new Move<>(replica.name() + " finds nothing left behind", rested));
        }
        Grant left = state.secret().grant();
        HolderEnd holder = replica.endOf(Objects.requireNonNull(left.intent()), false);
        Grant ended = GrantChanges.end(left, holder.recorded());
        // Once, as the product does: where it does not land, this pod knows it all the same.
        return writes.put(state, ended, CheckedWork.CURRENT).stream()
                .map(w -> new Move<>(
                        replica.name() + " says that the attempt before it is over" + w.how(),
                        w.state().with(index, w.state().replica(index).withNothingLeftBehind())))
                .toList();
    }

    /** A replica that has nothing of an earlier process to end has nothing to do. */
    private static CheckedState rested(CheckedState state, int index) {
        CheckedReplica replica = state.replica(index);
        boolean leftBehind = state.secret()
                .intent()
                .filter(intent -> intent.ended() == null && replica.hasOver(intent))
                .isPresent();
        boolean over = replica.isIdle() && replica.journal().isEmpty() && replica.endsLeftBehind() && !leftBehind;
        return over ? state.with(index, replica.withNothingLeftBehind()) : state;
    }

    private List<Move<CheckedState>> carryOut(CheckedState state, int index, CheckedWork work, Step step) {
        String who = state.replica(index).name();
        return switch (step) {
            case Step.Arm arm -> arm(state, index, work, arm);
            case Step.ConfirmArming confirm -> {
                Step next = work.protocol()
                        .afterConfirm(confirm, Optional.of(state.secret().stored()), !work.isInSendWindow(state.now()));
                yield List.of(move(state, index, work, who + " reads whether " + work.nonce() + " is announced", next));
            }
            case Step.Send send -> sending.send(state, index, work, send);
            case Step.Keep keep -> List.of(keep(state, index, work, keep));
            case Step.Commit(var entry, var next, var version) ->
                writes.put(state, withoutSpent(next), version).stream()
                        .map(w -> move(
                                w.state(),
                                index,
                                work,
                                who + " commits the answer to " + work.nonce() + w.how(),
                                CommitProtocol.afterPut(entry, w.put())))
                        .toList();
            case Step.Reread reread ->
                List.of(move(
                        state,
                        index,
                        work,
                        who + " reads where to commit the answer to " + work.nonce(),
                        reread(state, work, reread)));
            case Step.RecordEnd(var next, var version, var outcome) ->
                writes.put(state, next, version).stream()
                        .map(w -> move(
                                w.state(),
                                index,
                                work,
                                who + " records how " + work.nonce() + " ended" + w.how(),
                                new Step.Done(outcome)))
                        .toList();
            case Step.Done done -> List.of(forget(state, index, work));
            case Step.Read read -> throw new IllegalStateException("an attempt begins with what was read");
            case Step.Create create -> throw new IllegalStateException("the grant Secret is never gone");
        };
    }

    private List<Move<CheckedState>> arm(CheckedState state, int index, CheckedWork work, Step.Arm arm) {
        String what = state.replica(index).name() + " announces " + work.nonce();
        return writes.put(state, arm.armed(), arm.read().version()).stream()
                .map(w -> move(
                        writes.judged(state, w.state()),
                        index,
                        work,
                        what + w.how(),
                        work.protocol().afterArm(arm, w.put())))
                .toList();
    }

    private Move<CheckedState> keep(CheckedState state, int index, CheckedWork work, Step.Keep keep) {
        CheckedReplica replica = state.replica(index);
        CheckedReplica keeping = rules.breaks(Broken.Journal) ? replica : replica.keeping(keep.entry());
        return move(
                state.with(index, keeping),
                index,
                work,
                replica.name() + " keeps the answer to " + work.nonce() + " in its journal",
                CommitProtocol.afterKeep(keep));
    }

    private Step reread(CheckedState state, CheckedWork work, Step.Reread reread) {
        Grant grant = state.secret().grant();
        JournalEntry entry = reread.entry();
        if (rules.breaks(Broken.Merge) && !entry.isConsent() && !grant.isArmedBy(work.nonce())) {
            return new Step.Done(new Outcome.Stale("dropped"));
        }
        boolean adopts = rules.breaks(Broken.Consent) && !entry.isConsent();
        return CommitProtocol.afterReread(
                adopts ? new Step.Reread(entryFor(grant, entry)) : reread,
                Optional.of(state.secret().stored()));
    }

    private static JournalEntry entryFor(Grant grant, JournalEntry entry) {
        return new JournalEntry(
                entry.nonce(),
                grant,
                entry.epoch(),
                entry.candidateEpoch(),
                entry.answer(),
                entry.requestedAt(),
                entry.grace(),
                entry.refreshRequest(),
                entry.replaces());
    }

    private Grant withoutSpent(Grant next) {
        List<Candidate> unspent =
                next.candidates().stream().filter(c -> c.spentAt() == null).toList();
        return rules.breaks(Broken.Previous) ? next.with(next.intent(), unspent) : next;
    }

    private static Move<CheckedState> forget(CheckedState state, int index, CheckedWork work) {
        CheckedReplica replica = state.replica(index);
        CheckedReplica done = replica.forgetting(work.nonce()).at(null);
        CheckedState after = state.with(index, done);
        // It was stored; another grant, or an older one, may have taken that place since.
        for (JournalEntry entry : replica.journal()) {
            String token = Objects.requireNonNull(entry.answer().refreshToken());
            boolean other =
                    !TokenFamily.grantOf(token).equals(state.secret().grant().id());
            if (state.secret().overwritten().contains(token)) {
                after = after.losing(token, other ? Loss.Replaced : Loss.Overwritten);
            }
        }
        return new Move<>(
                done.name() + " forgets the answer to " + work.nonce() + ", which is stored", rested(after, index));
    }

    /** Goes on with the next step. What is over is over at once, unless the journal has still to forget it. */
    static Move<CheckedState> move(CheckedState state, int index, CheckedWork work, String sentence, Step next) {
        CheckedReplica replica = state.replica(index);
        CheckedReplica after =
                switch (next) {
                    case Step.Done(Outcome.Committed committed)
                    when replica.keeps(work.nonce()) -> replica.at(work.at(next));
                    case Step.Done(Outcome.Late(JournalEntry entry)) -> marked(replica, entry);
                    case Step.Done(Outcome.Superseded(JournalEntry entry)) -> marked(replica, entry);
                    case Step.Done(Outcome.Stale stale) ->
                        replica.forgetting(work.nonce()).at(null);
                    case Step.Done done -> replica.at(null);
                    default -> replica.at(work.at(next));
                };
        return new Move<>(sentence, rested(state.with(index, after), index));
    }

    private static CheckedReplica marked(CheckedReplica replica, JournalEntry entry) {
        JournalEntry unwanted = entry.unwanted(Instant.EPOCH, Reason.ConsentRequired, "late");
        return replica.keeping(unwanted).at(null);
    }
}

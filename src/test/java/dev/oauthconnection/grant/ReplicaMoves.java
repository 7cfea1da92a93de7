package dev.oauthconnection.grant;

import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.CheckedFamily.Loss;
import dev.oauthconnection.grant.Faults.Fault;
import dev.oauthconnection.grant.StateSearch.Move;
import dev.oauthconnection.grant.Step.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

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
        CheckedReplica replica = state.replica(index);
        switch (rules.breaks(Broken.Late)
                ? byTokenAlone(state, token)
                : LateAnswers.judge(entry, state.secret().read())) {
            case Stored -> {
                CheckedState kept = state.with(index, replica.forgetting(entry.nonce()));
                return new Move<>(replica.name() + " finds " + token + " in use, which came late", rested(kept, index));
            }
            case Wanted -> {
                JournalEntry wanted = entry.wanted();
                return new Move<>(
                        replica.name() + " finds the grant of " + token + " in use, which came late",
                        state.with(index, replica.keeping(wanted).at(CheckedWork.commit(wanted))));
            }
            case End -> {}
        }
        CheckedState disposed = state.with(index, replica.forgetting(entry.nonce()))
                .with(family.ending(family.lost() == null ? Loss.Replaced : family.lost()));
        boolean inUse = state.secret()
                .read()
                .filter(stored -> stored.grant().id().equals(family.id()))
                .isPresent();
        return new Move<>(
                replica.name() + " revokes " + token + ", which came late",
                rested(inUse ? disposed.breached("the grant in use is revoked as a late one") : disposed, index));
    }

    private static LateAnswers.Verdict byTokenAlone(CheckedState state, String token) {
        boolean holds =
                state.secret().candidates().stream().anyMatch(c -> c.token().equals(token));
        return holds ? LateAnswers.Verdict.Stored : LateAnswers.Verdict.End;
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
                Step next =
                        work.protocol().afterConfirm(confirm, state.secret().read(), !work.isInSendWindow(state.now()));
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
            case Step.Create(var entry, var next) -> create(state, index, work, entry, next);
        };
    }

    private List<Move<CheckedState>> create(
            CheckedState state, int index, CheckedWork work, JournalEntry entry, Grant next) {
        String who = state.replica(index).name();
        if (rules.breaks(Broken.Create)) {
            Step dropped = new Step.Done(new Outcome.Stale("dropped"));
            return List.of(move(state, index, work, who + " drops the answer to " + work.nonce(), dropped));
        }
        return writes.create(state, next).stream()
                .map(w -> move(
                        w.state(),
                        index,
                        work,
                        who + " makes the grant Secret anew with the answer to " + work.nonce() + w.how(),
                        CommitProtocol.afterPut(entry, w.put())))
                .toList();
    }

    private List<Move<CheckedState>> arm(CheckedState state, int index, CheckedWork work, Step.Arm arm) {
        String what = state.replica(index).name() + " announces " + work.nonce();
        String version =
                rules.breaks(Broken.Lock) ? CheckedWork.CURRENT : arm.read().version();
        return writes.put(state, arm.armed(), version).stream()
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
                state.secret().read());
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

    private Move<CheckedState> forget(CheckedState state, int index, CheckedWork work) {
        CheckedReplica replica = state.replica(index);
        CheckedReplica done = replica.forgetting(work.nonce()).at(null);
        CheckedState after = state.with(index, done);
        // It was stored; another grant, or an older one, may have taken that place since.
        for (JournalEntry entry : replica.journal()) {
            for (String token : tokens(entry, state.secret().gone())) {
                boolean other = !TokenFamily.grantOf(token)
                        .equals(state.secret().grant().id());
                if (state.secret().overwritten().contains(token)) {
                    Loss taken = rules.faults().has(Fault.Deletion) ? Loss.Deleted : Loss.Overwritten;
                    after = after.losing(token, other ? Loss.Replaced : taken);
                }
            }
        }
        return new Move<>(
                done.name() + " forgets the answer to " + work.nonce() + ", which is stored", rested(after, index));
    }

    private static List<String> tokens(JournalEntry entry, boolean withBase) {
        Stream<String> received =
                Stream.of(Objects.requireNonNull(entry.answer().refreshToken()));
        Stream<String> before = entry.base().candidates().stream().map(Candidate::token);
        return (withBase ? Stream.concat(received, before) : received).toList();
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

package dev.oauthconnection.grant;

import dev.oauthconnection.grant.CheckedFamily.Loss;
import dev.oauthconnection.grant.CheckedState.Clients;
import dev.oauthconnection.grant.CheckedState.Suspect;
import dev.oauthconnection.grant.Faults.Fault;
import dev.oauthconnection.grant.StateSearch.Move;
import dev.oauthconnection.oauth.TokenAnswer;
import dev.oauthconnection.oauth.TokenOutcome;
import java.util.Comparator;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** What happens to the replicas: the provider and the network, crashes, time, and what people do. */
final class OutsideMoves {
    private final CheckedRules rules;
    private final CheckedWrites writes;
    private final PassingTime time;

    OutsideMoves(CheckedRules rules, CheckedWrites writes, BeginningMoves beginnings) {
        this.rules = rules;
        this.writes = writes;
        this.time = new PassingTime(rules, beginnings);
    }

    void collect(CheckedState state, Consumer<Move<CheckedState>> moves) {
        state.net().forEach(message -> deliver(state, message, moves));
        for (int i = 0; i < state.replicas().size(); i++) {
            end(state, i, moves);
            ConsentMoves.collect(state, i, moves);
        }
        people(state, moves);
        time.collect(state, moves);
    }

    private void deliver(CheckedState state, CheckedMessage message, Consumer<Move<CheckedState>> moves) {
        boolean isRequest = message.answer() == null;
        if (isRequest) {
            moves.accept(redeem(state, message));
        }
        if (state.left().has(Fault.LostMessage)) {
            CheckedState lost = state.spending(Fault.LostMessage).without(message);
            String what = isRequest ? "the request of " : "the answer to ";
            moves.accept(new Move<>(
                    what + message.nonce() + " is lost", isRequest ? lost : losing(lost, message, Loss.AnswerLost)));
        }
    }

    /** The provider gets a request and answers it. An answer that nobody waits for is lost at once. */
    Move<CheckedState> redeem(CheckedState state, CheckedMessage message) {
        if (message.clientSecret() != state.clients().atProvider()) {
            TokenOutcome refusal = new TokenOutcome.Rejected(401, "invalid_client", null);
            return new Move<>(
                    "the provider refuses the client of " + message.nonce(),
                    answered(state, message.answered(refusal)));
        }
        CheckedFamily family = state.family(TokenFamily.grantOf(message.token()));
        TokenFamily.Redeemed redeemed = family.tokens().redeem(message.token(), rules.rules(), state.now());
        if (redeemed.outcome() instanceof TokenOutcome.Granted) {
            CheckedState after = state.with(family.issuing(redeemed.after(), message.nonce()));
            return new Move<>(
                    "the provider answers " + message.nonce() + " with "
                            + redeemed.after().current(),
                    answered(after, message.answered(redeemed.outcome())));
        }
        boolean ends = redeemed.after().revoked() && !family.tokens().revoked();
        CheckedState after = state.with(ends ? ended(state, family, message) : family);
        return new Move<>(
                "the provider refuses " + message.token() + (ends ? " and revokes the grant" : ""),
                answered(after, message.answered(redeemed.outcome())));
    }

    private static CheckedState answered(CheckedState state, CheckedMessage answer) {
        return state.isAwaited(answer.nonce())
                ? state.sending(answer)
                : losing(state.without(state.message(answer.nonce()).orElseThrow()), answer, Loss.AnswerLost);
    }

    /**
     * Reuse has just ended this grant. What had lost it before explains it; or else a suspect that sent the reused token, or that the living
     * one was issued to.
     */
    private CheckedFamily ended(CheckedState state, CheckedFamily family, CheckedMessage reuse) {
        Set<String> usable = family.tokens().usable(rules.rules(), state.now());
        if (state.copies().stream().noneMatch(usable::contains)) {
            return family.ending(family.explained(rules.rules(), state.now()).orElse(null));
        }
        return family.ending(state.suspects().stream()
                .filter(s -> s.nonce().equals(reuse.nonce()) || s.nonce().equals(family.issuedTo()))
                .map(Suspect::why)
                .min(Comparator.naturalOrder())
                .orElse(null));
    }

    private static CheckedState losing(CheckedState state, CheckedMessage message, Loss why) {
        return message.answer() instanceof TokenOutcome.Granted(TokenAnswer answer)
                ? state.losing(Objects.requireNonNull(answer.refreshToken()), why)
                : state;
    }

    /** The process is killed, or the pod is gone. */
    private void end(CheckedState state, int index, Consumer<Move<CheckedState>> moves) {
        CheckedReplica replica = state.replica(index);
        if (!replica.dead() && !replica.isQuiet() && state.left().has(Fault.Crash)) {
            moves.accept(new Move<>(
                    replica.name() + " is killed", ended(state.spending(Fault.Crash), index, replica.killed())));
        }
        if (!replica.isQuiet() && state.left().has(Fault.LostPod)) {
            CheckedState gone = ended(state.spending(Fault.LostPod), index, replica.inNewPod());
            moves.accept(new Move<>("the pod of " + replica.name() + " is gone, nobody knows how", gone));
            moves.accept(new Move<>(
                    "the pod of " + replica.name() + " is seen to be over", gone.withPodOver(replica.podName())));
        }
    }

    private CheckedState ended(CheckedState state, int index, CheckedReplica after) {
        CheckedReplica before = state.replica(index);
        CheckedState ended = state.with(index, after);
        if (before.work() != null) {
            ended = nobodyWaits(ended, before.work());
            if (before.work().step() instanceof Step.Keep(var base, var entry)) {
                ended = losing(ended, entry, Loss.Killed);
            }
        }
        for (JournalEntry entry : before.journal()) {
            if (after.journal().isEmpty()) {
                ended = losing(ended, entry, Loss.JournalLost);
            }
        }
        return ended;
    }

    /** With an answer goes what the grant Secret would have been made anew from. */
    private static CheckedState losing(CheckedState state, JournalEntry entry, Loss why) {
        CheckedState after = state.losing(Objects.requireNonNull(entry.answer().refreshToken()), why);
        if (state.secret().gone()) {
            for (Candidate candidate : entry.base().candidates()) {
                after = after.losing(candidate.token(), why);
            }
        }
        return after;
    }

    private static CheckedState nobodyWaits(CheckedState state, CheckedWork work) {
        return state.message(work.nonce())
                .filter(message -> message.answer() != null)
                .map(message -> losing(state.without(message), message, Loss.AnswerLost))
                .orElse(state);
    }

    private void people(CheckedState state, Consumer<Move<CheckedState>> moves) {
        if (state.left().has(Fault.Deletion) && !state.secret().gone()) {
            moves.accept(
                    new Move<>("somebody deletes the grant Secret", writes.deleted(state.spending(Fault.Deletion))));
        }
        if (state.left().has(Fault.Write) && !state.secret().gone()) {
            moves.accept(new Move<>(
                    "somebody changes a label of the grant Secret", writes.touched(state.spending(Fault.Write))));
        }
        if (state.secret().hanging() != null) {
            moves.accept(new Move<>("the write that hung lands after all", writes.landing(state)));
        }
        if (state.left().has(Fault.Restore)) {
            restore(state, moves);
        }
        Clients clients = state.clients();
        if (state.left().has(Fault.ClientRotation) && clients.atProvider() == clients.atOperator()) {
            CheckedState rotating = state.spending(Fault.ClientRotation);
            moves.accept(new Move<>(
                    "the provider takes another client secret only",
                    rotating.with(new Clients(clients.atProvider() + 1, clients.atOperator()))));
            moves.accept(new Move<>(
                    "the client Secret is changed before the provider takes it",
                    rotating.with(new Clients(clients.atProvider(), clients.atOperator() + 1))));
        }
        if (clients.atProvider() != clients.atOperator()) {
            moves.accept(new Move<>("the client secret is right again", corrected(state)));
        }
    }

    /** The one that is behind catches up. */
    static CheckedState corrected(CheckedState state) {
        int newest = Math.max(state.clients().atProvider(), state.clients().atOperator());
        return state.with(new Clients(newest, newest));
    }

    private void restore(CheckedState state, Consumer<Move<CheckedState>> moves) {
        CheckedSecret secret = state.secret();
        if (secret.isToBePublished()) {
            moves.accept(new Move<>("the token Secret gets its mark", state.with(secret.published())));
        }
        if (secret.backup() == null && !secret.gone()) {
            moves.accept(new Move<>("the grant Secret is saved", state.with(secret.saved())));
        } else if (CheckedWrites.isOlder(secret)) {
            moves.accept(
                    new Move<>("the saved grant Secret is put back", writes.putBack(state.spending(Fault.Restore))));
        }
    }
}

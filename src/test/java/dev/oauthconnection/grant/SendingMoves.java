package dev.oauthconnection.grant;

import dev.oauthconnection.grant.CheckedFamily.Loss;
import dev.oauthconnection.grant.Faults.Fault;
import dev.oauthconnection.grant.StateSearch.Move;
import dev.oauthconnection.oauth.TokenOutcome;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Steps 3 and 4 of a replica: the last check, the one request, and what is known of its end. */
final class SendingMoves {
    private final CheckedRules rules;

    SendingMoves(CheckedRules rules) {
        this.rules = rules;
    }

    List<Move<CheckedState>> send(CheckedState state, int index, CheckedWork work, Step.Send send) {
        CheckedReplica replica = state.replica(index);
        String who = replica.name();
        if (work.sent()) {
            return receive(state, index, work, send);
        }
        String token = Objects.requireNonNull(send.candidate()).token();
        boolean inTime = work.isInSendWindow(state.now());
        if (!inTime && !work.passed() && !rules.breaks(Broken.Check)) {
            Step late = afterSend(state, work, send, new TokenOutcome.Unavailable("too late", null), state.now());
            return List.of(ReplicaMoves.move(state, index, work, who + " is too late to send " + token, late));
        }
        CheckedMessage message = new CheckedMessage(
                work.nonce(), token, state.now(), state.clients().atOperator(), null);
        CheckedState sending =
                state.with(index, replica.at(work.afterLastCheck(true))).sending(message);
        Move<CheckedState> sends = new Move<>(
                who + " sends " + token,
                inTime || !work.passed() ? sending : sending.suspecting(work.nonce(), Loss.StoppedBeforeWriting));
        boolean mayStop = !work.passed() && state.left().has(Fault.Late);
        return mayStop
                ? List.of(
                        sends,
                        new Move<>(
                                who + " passes the last check for " + token + " and is stopped",
                                state.spending(Fault.Late).with(index, replica.at(work.afterLastCheck(false)))))
                : List.of(sends);
    }

    private List<Move<CheckedState>> receive(CheckedState state, int index, CheckedWork work, Step.Send send) {
        String who = state.replica(index).name();
        Step unknown = afterSend(state, work, send, new TokenOutcome.Ambiguous("timed out"), state.now());
        Optional<CheckedMessage> message = state.message(work.nonce());
        if (message.isEmpty()) {
            return List.of(ReplicaMoves.move(state, index, work, who + " gets no answer to " + work.nonce(), unknown));
        }
        TokenOutcome answer = message.get().answer();
        if (answer != null) {
            Step next = afterSend(state, work, send, answer, message.get().sentAt());
            return List.of(ReplicaMoves.move(
                    checked(state, send, answer, next).without(message.get()),
                    index,
                    work,
                    who + " gets the answer to " + work.nonce(),
                    next));
        }
        return state.left().has(Fault.LostMessage)
                ? List.of(ReplicaMoves.move(
                        state.spending(Fault.LostMessage),
                        index,
                        work,
                        who + " gives " + work.nonce() + " up, whose request is on its way",
                        unknown))
                : List.of();
    }

    private Step afterSend(
            CheckedState state, CheckedWork work, Step.Send send, TokenOutcome outcome, Instant requestedAt) {
        boolean client = outcome instanceof TokenOutcome.Rejected rejected && !rejected.isInvalidGrant();
        TokenOutcome told =
                client && rules.breaks(Broken.Client) ? new TokenOutcome.Rejected(400, "invalid_grant", null) : outcome;
        return work.protocol().afterSend(send, told, requestedAt, state.now());
    }

    /** What is wrong with the client is no fault of the refresh token. */
    private static CheckedState checked(CheckedState state, Step.Send send, TokenOutcome answer, Step next) {
        boolean client = answer instanceof TokenOutcome.Rejected rejected && !rejected.isInvalidGrant();
        boolean marks = next instanceof Step.RecordEnd(var grant, var version, var outcome)
                && grant.candidates().stream().map(Candidate::refusals).reduce(0, Integer::sum)
                        > send.base().grant().candidates().stream()
                                .map(Candidate::refusals)
                                .reduce(0, Integer::sum);
        return client && marks ? state.breached("a refresh token is refused for what is the client's") : state;
    }
}

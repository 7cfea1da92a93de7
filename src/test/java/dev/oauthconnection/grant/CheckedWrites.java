package dev.oauthconnection.grant;

import dev.oauthconnection.grant.CheckedFamily.Loss;
import dev.oauthconnection.grant.Faults.Fault;
import dev.oauthconnection.grant.GrantStore.Put;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What may become of a write to the grant Secret, and what everybody sees of it. */
final class CheckedWrites {
    private final CheckedRules rules;

    CheckedWrites(CheckedRules rules) {
        this.rules = rules;
    }

    /** One way that a write may go: how it went, as the end of a sentence, and what the writer is told. */
    record Written(String how, CheckedState state, Put put) {}

    List<Written> put(CheckedState state, Grant next, String version) {
        if (state.secret().gone()) {
            return List.of(new Written(", and there is none any more", state, new Put.Missing()));
        }
        return write(state, next, version.equals(CheckedWork.CURRENT));
    }

    /** Makes the grant Secret anew, unless there is one. */
    List<Written> create(CheckedState state, Grant next) {
        return write(state, next, state.secret().gone());
    }

    private List<Written> write(CheckedState state, Grant next, boolean lands) {
        List<Written> ways = new ArrayList<>();
        CheckedState after =
                lands ? repaired(state, replaced(state, state.secret().with(tidy(state, next)))) : state;
        ways.add(
                lands
                        ? new Written("", after, new Put.Done(after.secret().stored()))
                        : new Written(", which conflicts", state, new Put.Conflict()));
        if (state.left().has(Fault.Write)) {
            Put unknown = new Put.Unknown("lost");
            CheckedState paid = state.spending(Fault.Write);
            CheckedState hangs = lands ? paid.with(state.secret().awaiting(next)) : paid;
            ways.add(new Written(", and hears nothing of it", hangs, unknown));
            if (lands) {
                ways.add(new Written(", the answer to which is lost", after.spending(Fault.Write), unknown));
            }
        }
        return ways;
    }

    /** A write that was given up lands after all. */
    CheckedState landing(CheckedState state) {
        Grant next = Objects.requireNonNull(state.secret().hanging());
        return judged(state, replaced(state, state.secret().with(tidy(state, next))));
    }

    /** An arming is judged as well: whom it takes over from, and what it relies on. */
    CheckedState judged(CheckedState before, CheckedState after) {
        Intent taker = after.secret().grant().intent();
        Optional<Intent> taken = before.secret().intent();
        if (taker == null || taken.filter(i -> i.nonce().equals(taker.nonce())).isPresent()) {
            return after;
        }
        CheckedState judged = after;
        if (before.secret().restored() && before.secret().isRolledBack()) {
            judged = judged.breached("a refresh token of a restored grant Secret is announced");
        }
        if (before.secret().isRestoredUnseen()) {
            judged = judged.suspecting(taker.nonce(), Loss.RestoredUnseen);
        }
        Doubt doubt = taker.doubt();
        boolean takesOver = taken.isPresent()
                && doubt != null
                && doubt.epoch() == taken.get().epoch();
        if (takesOver && isAtIt(before, taken.get().nonce())) {
            Optional<Loss> why = forced(before, doubt.window());
            judged = why.isPresent() ? judged.suspecting(taken.get().nonce(), why.get()) : judged;
        }
        return judged;
    }

    /** Why patience ended for a holder that is at it still. With a grace it ends inside of it, unless that came to its end by an outage. */
    private Optional<Loss> forced(CheckedState state, LossWindow window) {
        if (window == LossWindow.Deadline && !rules.rules().hasGrace()) {
            return Optional.of(Loss.Deadline);
        }
        boolean outage = state.left().left(Fault.Outage) < rules.faults().left(Fault.Outage);
        return window == LossWindow.GraceEnded && outage ? Optional.of(Loss.Outage) : Optional.empty();
    }

    /** Whether its request or its answer is somewhere. */
    private static boolean isAtIt(CheckedState state, String nonce) {
        return state.message(nonce).isPresent()
                || state.replicas().stream().anyMatch(r -> r.keeps(nonce) || isAtIt(r.work(), nonce));
    }

    private static boolean isAtIt(CheckedWork work, String nonce) {
        return work != null
                && work.nonce().equals(nonce)
                && (work.isPastLastCheck() || work.answerInHand().isPresent());
    }

    /** Another version is in the store: everybody sees it, and what was read before is outdated. */
    CheckedState replaced(CheckedState state, CheckedSecret next) {
        Optional<String> before = state.secret().intent().map(Intent::nonce);
        Optional<String> after = next.intent().map(Intent::nonce);
        boolean same = before.equals(after);
        CheckedState replaced = state.with(next)
                .withEach(r -> same ? r : r.seeing(Duration.ZERO))
                .withEach(r -> r.work() == null ? r : r.at(r.work().outdated()));
        CheckedFamily family = state.family();
        return next.grant().id().equals(family.id())
                ? replaced
                : displaced(state, replaced).losing(family.tokens().current(), Loss.Replaced);
    }

    /**
     * The same without what nobody will ask for: the nonces of attempts that are over, and moments that count only where there is a grace.
     * A refusal is never old enough here for the next try.
     */
    private Grant tidy(CheckedState state, Grant grant) {
        Set<String> asked = new HashSet<>();
        state.replicas().forEach(r -> {
            r.journal().forEach(entry -> asked.add(entry.nonce()));
            if (r.work() != null) {
                asked.add(r.work().nonce());
            }
        });
        List<String> committed =
                grant.committed().stream().filter(asked::contains).sorted().toList();
        List<Candidate> candidates =
                grant.candidates().stream().map(CheckedWrites::tidy).toList();
        Intent intent = grant.intent();
        return grant.with(grant.answer(), committed)
                .with(intent == null || rules.rules().hasGrace() ? intent : tidy(intent), candidates);
    }

    private static Candidate tidy(Candidate candidate) {
        Instant refusedAt = candidate.refusedAt() == null ? null : Sample.NOW;
        return new Candidate(
                candidate.epoch(),
                candidate.nonce(),
                candidate.token(),
                candidate.spentAt(),
                refusedAt,
                candidate.refusals(),
                candidate.lostThrough());
    }

    private static Intent tidy(Intent intent) {
        Doubt doubt = intent.doubt();
        return new Intent(
                intent.epoch(),
                intent.nonce(),
                intent.holder(),
                intent.candidateEpoch(),
                Sample.NOW,
                intent.fence(),
                doubt == null ? null : new Doubt(doubt.window(), Sample.NOW, doubt.epoch(), doubt.released()),
                intent.request(),
                intent.ended());
    }

    /** Somebody else changes a label. */
    CheckedState touched(CheckedState state) {
        return replaced(state, state.secret().touched());
    }

    /** An older version is put back over what is there; what was announced, or stored, in between is lost by it. */
    CheckedState putBack(CheckedState state) {
        CheckedState after = replaced(state, state.secret().putBack());
        for (String token : state.copies()) {
            after = after.losing(token, Loss.Overwritten);
        }
        after = displaced(state, after);
        Intent announced = state.secret().grant().intent();
        boolean gone = announced != null
                && after.secret()
                        .intent()
                        .filter(i -> i.nonce().equals(announced.nonce()))
                        .isEmpty();
        return gone ? after.suspecting(announced.nonce(), Loss.RestoredUnseen) : after;
    }

    /** Somebody deletes it, and with it what nobody else has. */
    CheckedState deleted(CheckedState state) {
        CheckedState after = displaced(state, replaced(state, state.secret().deleted()));
        for (String token : tokens(state)) {
            after = after.losing(token, Loss.Deleted);
        }
        return after;
    }

    /** Remembers what was stored until another grant, or an older one, took its place, and is still to be had elsewhere. */
    private static CheckedState displaced(CheckedState before, CheckedState after) {
        Set<String> missing = new HashSet<>(before.secret().overwritten());
        missing.addAll(tokens(before));
        missing.retainAll(after.copies());
        missing.removeAll(tokens(after));
        return after.with(after.secret().missing(Set.copyOf(missing)));
    }

    private static Set<String> tokens(CheckedState state) {
        return state.secret().candidates().stream().map(Candidate::token).collect(Collectors.toSet());
    }

    /** An answer that came late makes good what was put back, if the mark is not ahead then and its refresh token is the newest there is. */
    private static CheckedState repaired(CheckedState before, CheckedState after) {
        List<Candidate> candidates = after.secret().candidates();
        boolean newest = !candidates.isEmpty()
                && candidates.getFirst().token().equals(after.family().tokens().current())
                && !before.secret().candidates().contains(candidates.getFirst());
        return after.secret().restored() && newest && !after.secret().isRolledBack()
                ? after.with(after.secret().repaired())
                : after;
    }

    /** Whether what was saved is older than what is there. */
    static boolean isOlder(CheckedSecret secret) {
        return secret.backup() != null && (secret.gone() || !Objects.equals(secret.backup(), secret.grant()));
    }
}

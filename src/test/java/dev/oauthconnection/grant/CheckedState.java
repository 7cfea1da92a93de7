package dev.oauthconnection.grant;

import dev.oauthconnection.grant.CheckedFamily.Loss;
import dev.oauthconnection.grant.Faults.Fault;
import dev.oauthconnection.oauth.TokenAnswer;
import dev.oauthconnection.oauth.TokenOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The replicas, one grant Secret, one provider and the network between at one moment of a schedule: all on which it depends how things may go
 * on, and how they are judged. A value.
 *
 * @param now by all clocks alike
 * @param net in the order of the nonces
 * @param podsOver the pods that everybody can see are over
 * @param suspects the attempts that went on although somebody took over from them, or that a restored grant Secret led to, each with why
 * @param clients which of the client's secrets the provider takes, and which the operator has
 * @param begun how many attempts were announced; their nonces are counted by it
 * @param breach what was done that must never be; null for nothing
 */
record CheckedState(
        Instant now,
        CheckedSecret secret,
        List<CheckedFamily> families,
        List<CheckedReplica> replicas,
        List<CheckedMessage> net,
        Set<String> podsOver,
        Set<Suspect> suspects,
        Clients clients,
        Faults left,
        int begun,
        @Nullable String breach) {
    /** An attempt that may end a grant although it does what the rules say. */
    record Suspect(String nonce, Loss why) {}

    record Clients(int atProvider, int atOperator) {}

    /** After a consent, when nothing has happened. */
    static CheckedState initial(Grant grant, CheckedRules rules) {
        return new CheckedState(
                Sample.NOW,
                CheckedSecret.holding(grant),
                List.of(CheckedFamily.consented(grant.id())),
                Stream.of("A", "B", "C")
                        .limit(rules.replicas())
                        .map(CheckedReplica::fresh)
                        .toList(),
                List.of(),
                Set.of(),
                Set.of(),
                new Clients(1, 1),
                rules.faults(),
                0,
                null);
    }

    CheckedReplica replica(int index) {
        return replicas.get(index);
    }

    CheckedFamily family(String id) {
        return families.stream().filter(f -> f.id().equals(id)).findFirst().orElseThrow();
    }

    /** Of the consent that is in the store. */
    CheckedFamily family() {
        return family(secret.grant().id());
    }

    Optional<CheckedMessage> message(String nonce) {
        return net.stream().filter(m -> m.nonce().equals(nonce)).findFirst();
    }

    /** Whether a process waits for the answer to this attempt. */
    boolean isAwaited(String nonce) {
        return replicas.stream()
                .map(CheckedReplica::work)
                .filter(Objects::nonNull)
                .anyMatch(w -> w.nonce().equals(nonce) && w.sent());
    }

    /** Whether no process is at work and none has anything left to do but to begin. */
    boolean isQuiet() {
        return net.isEmpty() && replicas.stream().allMatch(CheckedReplica::isQuiet);
    }

    /** The refresh tokens that somebody has, or is about to get. */
    Set<String> copies() {
        Set<String> copies = new HashSet<>();
        secret.candidates().forEach(c -> copies.add(c.token()));
        if (secret.gone()) {
            copies.addAll(bases());
        }
        Stream<TokenAnswer> kept =
                replicas.stream().flatMap(r -> r.journal().stream()).map(JournalEntry::answer);
        Stream<TokenAnswer> held = replicas.stream()
                .map(CheckedReplica::work)
                .filter(Objects::nonNull)
                .flatMap(w -> w.answerInHand().stream());
        Stream<TokenAnswer> coming = net.stream()
                .flatMap(
                        m -> m.answer() instanceof TokenOutcome.Granted(TokenAnswer a) ? Stream.of(a) : Stream.empty());
        Stream.of(kept, held, coming)
                .flatMap(answers -> answers)
                .map(TokenAnswer::refreshToken)
                .filter(Objects::nonNull)
                .forEach(copies::add);
        return copies;
    }

    /** The refresh tokens that come with the answers which somebody has, since the grant Secret is made anew from all of it. */
    private Set<String> bases() {
        return replicas.stream()
                .flatMap(r -> Stream.concat(
                        r.journal().stream(), Stream.ofNullable(r.work()).flatMap(w -> w.entryInHand().stream())))
                .filter(entry -> entry.unwanted() == null)
                .flatMap(entry -> entry.base().candidates().stream())
                .map(Candidate::token)
                .collect(Collectors.toSet());
    }

    CheckedState with(CheckedSecret next) {
        return new CheckedState(now, next, families, replicas, net, podsOver, suspects, clients, left, begun, breach);
    }

    CheckedState with(CheckedFamily changed) {
        List<CheckedFamily> next = new ArrayList<>(families);
        next.replaceAll(f -> f.id().equals(changed.id()) ? changed : f);
        if (!next.contains(changed)) {
            next.add(changed);
        }
        return new CheckedState(
                now, secret, List.copyOf(next), replicas, net, podsOver, suspects, clients, left, begun, breach);
    }

    CheckedState with(int index, CheckedReplica changed) {
        List<CheckedReplica> next = new ArrayList<>(replicas);
        next.set(index, changed);
        return with(next);
    }

    CheckedState withEach(UnaryOperator<CheckedReplica> change) {
        return with(replicas.stream().map(change).toList());
    }

    private CheckedState with(List<CheckedReplica> next) {
        return new CheckedState(
                now, secret, families, List.copyOf(next), net, podsOver, suspects, clients, left, begun, breach);
    }

    /** With this message, in the place of the one of the same attempt. */
    CheckedState sending(CheckedMessage message) {
        List<CheckedMessage> next = Stream.concat(
                        net.stream().filter(m -> !m.nonce().equals(message.nonce())), Stream.of(message))
                .sorted(Comparator.comparing(CheckedMessage::nonce))
                .toList();
        return withNet(next);
    }

    CheckedState without(CheckedMessage message) {
        return withNet(net.stream().filter(m -> !m.equals(message)).toList());
    }

    private CheckedState withNet(List<CheckedMessage> next) {
        return new CheckedState(
                now, secret, families, replicas, next, podsOver, suspects, clients, left, begun, breach);
    }

    CheckedState withPodOver(String pod) {
        Set<String> next = new HashSet<>(podsOver);
        next.add(pod);
        return new CheckedState(
                now, secret, families, replicas, net, Set.copyOf(next), suspects, clients, left, begun, breach);
    }

    CheckedState suspecting(String nonce, Loss why) {
        Set<Suspect> next = new HashSet<>(suspects);
        next.add(new Suspect(nonce, why));
        return new CheckedState(
                now, secret, families, replicas, net, podsOver, Set.copyOf(next), clients, left, begun, breach);
    }

    CheckedState with(Clients next) {
        return new CheckedState(now, secret, families, replicas, net, podsOver, suspects, next, left, begun, breach);
    }

    CheckedState spending(Fault fault) {
        return left(left.spend(fault));
    }

    CheckedState left(Faults next) {
        return new CheckedState(now, secret, families, replicas, net, podsOver, suspects, clients, next, begun, breach);
    }

    CheckedState begun(int count) {
        return new CheckedState(now, secret, families, replicas, net, podsOver, suspects, clients, left, count, breach);
    }

    CheckedState breached(String what) {
        return new CheckedState(now, secret, families, replicas, net, podsOver, suspects, clients, left, begun, what);
    }

    CheckedState after(Duration duration) {
        CheckedState later = new CheckedState(
                now.plus(duration), secret, families, replicas, net, podsOver, suspects, clients, left, begun, breach);
        boolean stands = secret.intent().isPresent();
        return later.withEach(r -> stands && !r.dead() ? r.seeing(r.seenFor().plus(duration)) : r);
    }

    /** Records why this refresh token is lost, if it would still work and nobody has it any more. */
    CheckedState losing(String token, Loss why) {
        CheckedFamily family = family(TokenFamily.grantOf(token));
        if (copies().contains(token)) {
            return this;
        }
        if (family.tokens().current().equals(token)) {
            return with(family.losing(why));
        }
        return token.equals(family.tokens().previous()) ? with(family.losingPrevious(why)) : this;
    }
}

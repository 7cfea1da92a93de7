package dev.oauthconnection.grant;

import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.grant.SimulatedRun.Message;
import dev.oauthconnection.grant.Step.Outcome;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Two replicas, one grant Secret, one provider and the network between, driven by a schedule; judged by a {@link Ledger}. */
final class World {
    /** Where there is a grace, no schedule is an outage longer than it. */
    private static final Duration LONGEST = Duration.ofMinutes(20);

    final SimulatedProvider.Mode mode;
    final SimulatedProvider provider;
    final SimulatedStore store = new SimulatedStore();
    final Ledger ledger;
    final List<Message> net = new ArrayList<>();
    final Set<String> podsOver = new HashSet<>();
    private final List<SimulatedHolder> holders;
    private @Nullable Grant stood;
    private Instant stoodSince = Instant.MIN;
    private int pods;
    private int nonces;
    private int grants;

    Instant now = Sample.NOW;

    World(SimulatedProvider.Mode mode, Broken broken) {
        this.mode = mode;
        this.provider = new SimulatedProvider(mode);
        this.ledger = new Ledger(mode.rules);
        this.holders =
                List.of(new SimulatedHolder(this, newPod(), broken), new SimulatedHolder(this, newPod(), broken));
        String id = newGrantId();
        store.create(grantOf(id, provider.consent(id), now));
        store.watch(this::written);
    }

    /** Runs a schedule, lets what is under way come to rest, and then lets the rules alone bring the token back. */
    Ledger run(List<Action> schedule) {
        for (Action action : schedule) {
            perform(action);
            settle();
        }
        becomeQuiet();
        ledger.checkNoneDropped();
        recover();
        return ledger;
    }

    private void perform(Action action) {
        SimulatedHolder holder = holders.get(action.holder());
        Duration amount = Duration.ofSeconds(action.amount());
        switch (action.kind()) {
            case Tick -> {
                pass(Duration.ofSeconds(1));
                holder.tick(true);
            }
            case Deliver -> of(holder).ifPresent(this::process);
            case LoseMessage -> of(holder).ifPresent(this::lose);
            case LoseWrite -> holder.fault = SimulatedStore.Fault.RequestLost;
            case LoseWritesAnswer -> holder.fault = SimulatedStore.Fault.AnswerLost;
            case Touch -> store.touch();
            case Crash -> holder.crash();
            case LosePod -> holder.losePod(action.amount() % 2 == 0);
            case Consent -> holder.consent();
            case Wait -> pass(amount);
            case WaitLong -> pass(mode == SimulatedProvider.Mode.Grace ? amount : amount.multipliedBy(600));
            case Suspend -> holder.suspendFor(pass(amount));
            case SetClock -> holder.setClock(jump(action.amount()));
        }
    }

    /**
     * By how much a wall clock is off, both ways: mostly by seconds, rarely by minutes to hours. Where there is a grace, no two clocks are
     * further apart than its margin, since when a token was spent is told by them: that is the bound of what is promised.
     */
    private Duration jump(int amount) {
        if (mode.rules.hasGrace()) {
            return mode.rules.graceMargin().multipliedBy(amount % 9 - 4).dividedBy(8);
        }
        return amount <= 60 ? Duration.ofSeconds(amount % 9 - 4) : Duration.ofMinutes(amount - 180);
    }

    private Duration pass(Duration duration) {
        boolean ends = mode == SimulatedProvider.Mode.Grace && now.isAfter(Sample.NOW.plus(LONGEST));
        Duration passed = ends ? Duration.ZERO : duration;
        now = now.plus(passed);
        return passed;
    }

    private Optional<Message> of(SimulatedHolder holder) {
        return net.stream().filter(m -> m.run == holder.run).findFirst().or(() -> net.stream()
                .filter(this::isOrphan)
                .findFirst());
    }

    private void process(Message message) {
        if (message.answer != null) {
            return;
        }
        String id = SimulatedProvider.grantOf(message.token);
        boolean was = provider.isRevoked(id);
        message.answer = provider.redeem(message.token, now);
        if (!was && provider.isRevoked(id)) {
            ledger.revoked(provider.current(id));
        }
    }

    private void lose(Message message) {
        net.remove(message);
        noteLost(message);
        // Whoever waits for it gets nothing.
        message.answer = null;
    }

    private void noteLost(Message message) {
        if (message.answer instanceof TokenOutcome.Granted(TokenAnswer answer)) {
            ledger.lost(message.run.nonce, answer, "answer lost");
        }
    }

    /** A message lives no longer than the call it belongs to; an answer that finds nobody is lost. */
    private void settle() {
        for (Message message : List.copyOf(net)) {
            boolean expired = now.isAfter(message.sentAt.plus(Sample.WINDOWS.call()));
            if (message.answer == null ? expired : isOrphan(message)) {
                lose(message);
            }
        }
        checkAlive();
    }

    private boolean isOrphan(Message message) {
        return holders.stream().noneMatch(h -> h.run == message.run && message.run.sent == message);
    }

    private void written(Grant grant) {
        Grant before = stood;
        ledger.written(before, grant);
        Intent taken = before == null ? null : before.intent();
        Intent taker = grant.intent();
        if (taken != null && taker != null && taker.epoch() > taken.epoch()) {
            Doubt doubt = taker.doubt();
            // The doubt of this very takeover, and not one that it carries on.
            if (doubt != null && doubt.window() == LossWindow.Deadline && doubt.epoch() == taken.epoch()) {
                if (ledger.wasSent(taken.nonce())) {
                    ledger.forced(grant.id());
                }
                if (ledger.policy.isImpatient(taken, Duration.between(stoodSince, now), taker, before.answer())) {
                    ledger.violated("impatient with " + taken);
                }
            }
        }
        if (taker != null && (taken == null || taker.epoch() > taken.epoch())) {
            stoodSince = now;
        }
        stood = grant;
        holders.forEach(h -> h.sees(grant));
    }

    /** Safety: when no usable copy of the refresh token is left anywhere, a window explains the loss of that very token. */
    private void checkAlive() {
        String id = store.stored().grant().id();
        Set<String> usable = provider.usable(id, now);
        boolean alive = copies().anyMatch(usable::contains);
        boolean explained = mode != SimulatedProvider.Mode.Grace && ledger.explains(provider.current(id));
        if (!alive && !explained && !ledger.hasLoss()) {
            ledger.violated(
                    "lost " + provider.current(id) + ": " + store.stored().grant());
        }
    }

    private Stream<String> copies() {
        Stream<TokenAnswer> kept =
                holders.stream().flatMap(h -> h.journal.entries().stream()).map(JournalEntry::answer);
        Stream<TokenAnswer> held =
                holders.stream().flatMap(h -> Stream.ofNullable(h.run == null ? null : h.run.answerInHand()));
        Stream<TokenAnswer> coming = net.stream()
                .flatMap(m -> m.answer instanceof TokenOutcome.Granted(TokenAnswer a) ? Stream.of(a) : Stream.empty());
        return Stream.concat(
                stored(), Stream.of(kept, held, coming).flatMap(s -> s).map(a -> String.valueOf(a.refreshToken())));
    }

    private Stream<String> stored() {
        return store.stored().grant().candidates().stream().map(Candidate::token);
    }

    private void becomeQuiet() {
        for (int i = 0; i < 500 && !(net.isEmpty() && holders.stream().allMatch(SimulatedHolder::isQuiet)); i++) {
            step(holders.get(i % 2), false);
        }
        if (!net.isEmpty() || !holders.stream().allMatch(SimulatedHolder::isQuiet)) {
            ledger.violated("does not come to rest");
        }
    }

    private void step(SimulatedHolder holder, boolean mayBegin) {
        now = now.plusMillis(200);
        holder.tick(mayBegin);
        List.copyOf(net).forEach(this::process);
        settle();
    }

    /**
     * Liveness: from a quiet state with a usable copy, the rules alone, and an admin where the policy is to ask one, bring it back into use.
     * From one without, both replicas come to rest for good.
     */
    private void recover() {
        Set<String> usable = provider.usable(store.stored().grant().id(), now);
        boolean alive = stored().anyMatch(usable::contains);
        Instant began = now;
        holders.forEach(SimulatedHolder::lookAgain);
        // Enough where both clocks are three hours behind, and patience lasts as much longer.
        for (int i = 0; i < 5000; i++) {
            SimulatedHolder holder = holders.get(i % 2);
            step(holder, !now.isBefore(holder.wakesAt()));
            if (alive && holder.last instanceof Outcome.Committed) {
                return;
            }
            if (holder.last instanceof Outcome.Held(LossWindow window, long epoch)) {
                ledger.policy.released(epoch);
                store.release(epoch);
                holder.last = null;
            }
            Instant next = holders.stream()
                    .map(SimulatedHolder::wakesAt)
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
            if (next.equals(Instant.MAX)) {
                break;
            }
            now = next.isAfter(now) ? next : now;
        }
        boolean atRest = holders.stream().allMatch(h -> h.wakesAt().equals(Instant.MAX));
        if (alive || !atRest) {
            String what = alive ? "stuck with a usable token: " : "does not give up: ";
            ledger.violated(what + store.stored().grant() + " after " + Duration.between(began, now));
        }
    }

    String newPod() {
        return "pod-" + ++pods;
    }

    String newNonce() {
        return "n-" + ++nonces;
    }

    String newGrantId() {
        return "g-" + ++grants;
    }

    Grant grantOf(String id, TokenAnswer answer, Instant requestedAt) {
        return new Grant(
                Sample.KEY,
                id,
                GrantType.AuthorizationCode,
                Sample.BINDING,
                1,
                null,
                List.of(Candidate.fresh(1, null, Objects.requireNonNull(answer.refreshToken()))),
                Answer.of(1, answer, requestedAt, List.of(), null),
                List.of(id),
                List.of(),
                HandledRequests.NONE,
                null,
                null);
    }

    /** One thing that happens. */
    record Action(Kind kind, int holder, int amount) {
        enum Kind {
            /** The replica does its next effect. */
            Tick,
            /** The provider gets the request. */
            Deliver,
            LoseMessage,
            LoseWrite,
            LoseWritesAnswer,
            /** Somebody else writes to the Secret. */
            Touch,
            Crash,
            LosePod,
            Consent,
            Wait,
            /** Hours, up to two days. */
            WaitLong,
            /** Time passes, and this replica's monotonic clock stands. */
            Suspend,
            SetClock
        }
    }
}

package dev.oauthconnection.grant;

import dev.oauthconnection.grant.GrantStore.Put;
import dev.oauthconnection.grant.GrantStore.Stored;
import dev.oauthconnection.grant.Step.Outcome;
import dev.oauthconnection.oauth.TokenAnswer;
import dev.oauthconnection.oauth.TokenOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A replica of the operator that carries the product's steps out, one effect per tick, so that a crash or the other replica comes
 * between any two. It has a pod with a journal, a process, a monotonic clock that stands while it is suspended, and a wall clock.
 */
final class SimulatedHolder {
    private static final Windows WINDOWS = Sample.WINDOWS;

    private final World world;
    private final Broken broken;
    private final Map<String, Duration> firstSeen = new HashMap<>();
    private final Set<String> over = new HashSet<>();
    final SimulatedJournal journal = new SimulatedJournal();
    private String pod;
    private int process = 1;
    private boolean dead;
    private boolean endsOwnIntents;
    private Duration suspended = Duration.ZERO;
    private Duration skew = Duration.ZERO;
    private Instant wake = Instant.MIN;
    SimulatedStore.Fault fault = SimulatedStore.Fault.None;

    @Nullable
    SimulatedRun run;

    @Nullable
    Outcome last;

    SimulatedHolder(World world, String pod, Broken broken) {
        this.world = world;
        this.pod = pod;
        this.broken = broken;
    }

    boolean isQuiet() {
        return !dead && run == null && journal.entries().isEmpty() && !endsOwnIntents;
    }

    void suspendFor(Duration duration) {
        suspended = suspended.plus(duration);
    }

    void setClock(Duration newSkew) {
        skew = newSkew;
    }

    /** The watch of the grant Secrets: when this process first saw this very intent. */
    void sees(Grant grant) {
        Intent intent = grant.intent();
        wake = Instant.MIN;
        if (!dead && intent != null) {
            firstSeen.putIfAbsent(intent.nonce(), mono());
        }
    }

    /** The process is killed. */
    void crash() {
        SimulatedRun was = run;
        if (was != null && was.step instanceof Step.Keep(var base, var entry)) {
            world.ledger.lost(entry.nonce(), entry.answer(), "killed with the answer in hand");
        }
        run = null;
        dead = true;
    }

    /** The pod is gone with its journal, and another one comes. */
    void losePod(boolean seenToBeOver) {
        crash();
        for (JournalEntry entry : journal.entries()) {
            world.ledger.lost(entry.nonce(), entry.answer(), "journal lost");
        }
        journal.loseAll();
        if (seenToBeOver) {
            world.podsOver.add(pod);
        }
        pod = world.newPod();
    }

    /** A person consents, and this replica serves the callback. */
    void consent() {
        if (!isQuiet()) {
            return;
        }
        String id = world.newGrantId();
        TokenAnswer answer = world.provider.consent(id);
        Grant grant = world.grantOf(id, answer, wall());
        String replaces = world.store.stored().grant().id();
        JournalEntry entry = new JournalEntry(id, grant, 0, 0, answer, wall(), Duration.ZERO, null, replaces);
        world.ledger.received(id, answer);
        keep(entry);
        run = new SimulatedRun(id, null, mono(), wall(), new Step.Reread(entry));
    }

    /** Does the next thing, whatever it is. */
    void tick(boolean mayBegin) {
        if (dead) {
            restart();
        } else if (run != null) {
            SimulatedRun now = run;
            if (now.step instanceof Step.Done(Outcome outcome)) {
                finish(now, outcome);
            } else {
                now.step = carryOut(now, now.step);
            }
        } else if (!journal.entries().isEmpty()) {
            JournalEntry entry = journal.entries().getFirst();
            run = new SimulatedRun(entry.nonce(), null, mono(), wall(), new Step.Reread(entry));
        } else if (endsOwnIntents) {
            endOwnIntent();
        } else if (mayBegin) {
            begin();
        }
    }

    private void restart() {
        dead = false;
        process++;
        firstSeen.clear();
        over.clear();
        fault = SimulatedStore.Fault.None;
        endsOwnIntents = true;
        sees(world.store.stored().grant());
    }

    /** The journal is empty: what an earlier process of this pod announced has no answer and will have none. */
    private void endOwnIntent() {
        Stored stored = world.store.stored();
        Intent intent = stored.grant().intent();
        boolean mine = intent != null && intent.holder().startsWith(pod + "/") && intent.ended() == null;
        Put put = mine ? put(GrantChanges.end(stored.grant(), Intent.Ended.JournalEmpty), stored.version()) : null;
        endsOwnIntents = mine && !(put instanceof Put.Done);
    }

    private void begin() {
        String nonce = world.newNonce();
        Grant observed = world.store.stored().grant();
        Attempt attempt = new Attempt(nonce, pod + "/" + process, WINDOWS, null);
        RedemptionProtocol.Terms terms = new RedemptionProtocol.Terms(
                attempt, world.mode.rules, Sample.BINDING, sight(observed), observed.epoch(), 0, false);
        run = new SimulatedRun(nonce, terms, mono(), wall(), new Step.Read());
    }

    private Takeover.Sight sight(Grant grant) {
        Intent intent = grant.intent();
        if (intent == null || broken == Broken.Fence) {
            return new Takeover.Sight(Duration.ofDays(1), HolderEnd.PodOver);
        }
        Duration seen = mono().minus(Objects.requireNonNull(firstSeen.get(intent.nonce())));
        String holder = intent.holder();
        boolean podOver = world.podsOver.contains(holder.substring(0, holder.indexOf('/')));
        if (over.contains(intent.nonce())) {
            return new Takeover.Sight(seen, HolderEnd.AttemptOver);
        }
        return new Takeover.Sight(seen, podOver ? HolderEnd.PodOver : HolderEnd.NotKnown);
    }

    private Step carryOut(SimulatedRun now, Step step) {
        return switch (step) {
            case Step.Read() -> now.protocol().afterRead(read(), wall());
            case Step.Arm arm -> arm(now, arm);
            case Step.ConfirmArming confirm -> now.protocol().afterConfirm(confirm, read(), !inSendWindow(now));
            case Step.Send send -> send(now, send);
            case Step.Keep keep -> {
                keep(keep.entry());
                yield CommitProtocol.afterKeep(keep);
            }
            case Step.Commit(var entry, var next, var version) ->
                CommitProtocol.afterPut(entry, put(withoutSpent(next), version));
            case Step.Create(var entry, var next) -> CommitProtocol.afterPut(entry, world.store.create(next));
            case Step.Reread reread -> {
                boolean drops = broken == Broken.Merge
                        && !reread.entry().isConsent()
                        && !world.store.stored().grant().isArmedBy(now.nonce);
                yield drops ? new Step.Done(new Outcome.Stale("dropped")) : CommitProtocol.afterReread(reread, read());
            }
            case Step.RecordEnd(var next, var version, var outcome) -> {
                put(next, version);
                yield new Step.Done(outcome);
            }
            case Step.Done done -> done;
        };
    }

    private Step arm(SimulatedRun now, Step.Arm arm) {
        if (broken == Broken.Arm) {
            Stored pretended = new Stored(arm.armed(), arm.read().version(), 0, "");
            return now.protocol().afterArm(arm, new Put.Done(pretended));
        }
        Intent intent = arm.armed().intent();
        Doubt doubt = intent == null ? null : intent.doubt();
        if (doubt != null) {
            world.ledger.happened("replay " + doubt.window());
        }
        return now.protocol().afterArm(arm, put(arm.armed(), arm.read().version()));
    }

    private Step send(SimulatedRun now, Step.Send send) {
        SimulatedRun.Message sent = now.sent;
        if (sent == null) {
            return broken == Broken.Check || inSendWindow(now) ? write(now, send) : unsent(now, send);
        }
        TokenOutcome answer = sent.answer;
        if (answer == null && mono().minus(now.sentMono).compareTo(WINDOWS.call()) <= 0) {
            return send;
        }
        TokenOutcome outcome = answer == null ? new TokenOutcome.Ambiguous("timed out") : answer;
        switch (outcome) {
            case TokenOutcome.Granted(var granted) -> world.ledger.received(now.nonce, granted);
            case TokenOutcome.Rejected rejected -> {}
            case TokenOutcome.Unavailable unavailable -> world.ledger.harmless(now.nonce);
            case TokenOutcome.Unsendable unsendable -> world.ledger.harmless(now.nonce);
            case TokenOutcome.Ambiguous ambiguous -> {}
        }
        if (answer != null) {
            world.net.remove(sent);
        }
        now.sent = null;
        return now.protocol().afterSend(send, outcome, now.requestedAt, wall());
    }

    private Step write(SimulatedRun now, Step.Send send) {
        Candidate candidate = Objects.requireNonNull(send.candidate());
        world.ledger.sending(now.nonce, candidate);
        SimulatedRun.Message message = new SimulatedRun.Message(now, candidate.token(), world.now);
        now.sent = message;
        now.sentMono = mono();
        now.requestedAt = wall();
        world.net.add(message);
        return send;
    }

    private Step unsent(SimulatedRun now, Step.Send send) {
        return now.protocol().afterSend(send, new TokenOutcome.Unavailable("too late", null), wall(), wall());
    }

    private boolean inSendWindow(SimulatedRun now) {
        boolean monotonic = mono().minus(now.startedMono).compareTo(WINDOWS.send()) <= 0;
        return monotonic && !wall().isAfter(now.startedWall.plus(WINDOWS.send()));
    }

    private void finish(SimulatedRun done, Outcome outcome) {
        last = outcome;
        world.ledger.happened(outcome.getClass().getSimpleName());
        switch (outcome) {
            case Outcome.Late(JournalEntry entry) -> revoke(done, entry.answer());
            case Outcome.Superseded(JournalEntry entry) -> revoke(done, entry.answer());
            default -> wake = wakeAfter(outcome);
        }
        journal.forget(done.nonce);
        over.add(done.nonce);
        run = null;
    }

    /** What comes late for an older consent is revoked: here a revocation ends what came of that consent alone. */
    private void revoke(SimulatedRun done, TokenAnswer answer) {
        world.provider.revoke(String.valueOf(answer.refreshToken()));
        world.ledger.revokedLate(done.nonce, answer);
    }

    /** When this replica looks again if nobody writes, in the world's time. */
    private Instant wakeAfter(Outcome outcome) {
        Instant at = Instant.MIN;
        if (outcome instanceof Outcome.Waiting(Instant until, String why)) {
            Instant look = world.now.plusSeconds(30);
            at = look.isBefore(until.minus(skew)) ? look : until.minus(skew);
        } else if (outcome instanceof Outcome.Exhausted(Grant grant) && grant != null) {
            Instant retry = Candidates.nextRetry(grant, world.mode.rules, wall());
            at = retry == null ? Instant.MAX : retry.minus(skew);
        }
        return at;
    }

    void lookAgain() {
        last = null;
        wake = Instant.MIN;
    }

    /** Until when this replica rests; the past while it has something to do. */
    Instant wakesAt() {
        return isQuiet() ? wake : Instant.MIN;
    }

    private void keep(JournalEntry entry) {
        if (broken != Broken.Journal) {
            journal.keep(entry);
        }
    }

    private Grant withoutSpent(Grant next) {
        return broken == Broken.Previous
                ? next.with(
                        next.intent(),
                        next.candidates().stream()
                                .filter(c -> c.spentAt() == null)
                                .toList())
                : next;
    }

    private Optional<Stored> read() {
        return world.store.read(Sample.KEY);
    }

    private Put put(Grant next, String version) {
        SimulatedStore.Fault now = fault;
        fault = SimulatedStore.Fault.None;
        return world.store.put(next, version, now);
    }

    private Duration mono() {
        return Duration.between(Sample.NOW, world.now).minus(suspended);
    }

    private Instant wall() {
        return world.now.plus(skew);
    }
}

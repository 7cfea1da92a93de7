package dev.oauthconnection.grant;

import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.grant.GrantStore.Put;
import dev.oauthconnection.grant.GrantStore.Stored;
import dev.oauthconnection.grant.Step.Outcome;
import dev.oauthconnection.oauth.TokenOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The redemption of a refresh token as a write-ahead transaction on the grant Secret, whose resourceVersion is the lock. Pure: from a
 * step and its result follows the next step; {@link Redemption} carries the steps out.
 *
 * <ol>
 *   <li><b>Read</b> the grant by quorum. Judge the intent that stands ({@link Takeover}) and choose the candidate ({@link Candidates}).
 *   <li><b>Arm</b>: put it with an intent: lock, journal entry, and proof that we can write, before anything is spent. An arming whose
 *       own answer was lost is read back. What cannot be spent needs no arming.
 *   <li><b>Send</b> exactly one POST, and only inside the send window.
 *   <li><b>Classify</b> by what is known: granted, rejected, unavailable, ambiguous. A live holder records how its attempt ended.
 *   <li><b>Commit</b> a granted answer: first into the journal, then by compare-and-set, until it lands. A nonce that is among the
 *       committed is success; an intent that still stands is put again; somebody else's means merge; no Secret means to create it. See
 *       {@link CommitProtocol}.
 *   <li><b>Only then</b> is anything validated and published; that is the reconciler's part.
 *   <li><b>Rejected</b> counts only while our intent stands, and marks that one candidate.
 *   <li><b>Takeover</b> has a fence and patience: {@link Takeover}.
 *   <li><b>Ending</b>: a process that is asked to stop begins nothing and finishes this: {@code operator.InFlight}.
 * </ol>
 *
 * The tests draw schedules of two holders with crashes, lost messages and clock jumps: break a rule and a grant is lost.
 */
public final class RedemptionProtocol {
    private static final String EXPORTED = "the grant was exported to be used elsewhere";

    private final Terms terms;

    public RedemptionProtocol(Terms terms) {
        this.terms = terms;
    }

    /**
     * Under which terms this attempt is made.
     *
     * @param binding where the provider and the client of today would send it
     * @param observedEpoch the epoch at which it was decided to redeem; another one means somebody was faster
     * @param markedEpoch the epoch that the token Secret carries; 0 for none
     * @param insist whether a refused token may be tried again now
     */
    public record Terms(
            Attempt attempt,
            RedemptionRules rules,
            Binding binding,
            Takeover.Sight sight,
            long observedEpoch,
            long markedEpoch,
            boolean insist) {}

    /** After step 1. */
    public Step afterRead(Optional<Stored> read, Instant now) {
        if (read.isEmpty()) {
            return stale("the grant is gone");
        }
        Stored stored = read.get();
        Grant grant = stored.grant();
        if (grant.epoch() != terms.observedEpoch() || grant.revocation() != null) {
            return stale("the grant has changed");
        }
        if (grant.export() != null) {
            return stale(EXPORTED);
        }
        boolean spends = grant.grantType() != GrantType.ClientCredentials;
        if (spends && grant.epoch() < terms.markedEpoch() && stored.released() < terms.markedEpoch()) {
            return new Step.Done(new Outcome.RolledBack(grant.epoch(), terms.markedEpoch()));
        }
        if (!grant.binding().allows(terms.binding())) {
            return new Step.Done(new Outcome.BoundElsewhere(grant.binding()));
        }
        if (!spends) {
            return new Step.Send(past(stored), null);
        }
        return switch (Takeover.judge(grant, terms.rules(), terms.sight(), stored.released(), now)) {
            case Takeover.Verdict.Clear() -> choose(stored, null, now);
            case Takeover.Verdict.Replay(Doubt doubt) -> choose(stored, doubt, now);
            case Takeover.Verdict.Wait(Instant until, String why) -> new Step.Done(new Outcome.Waiting(until, why));
            case Takeover.Verdict.Held(LossWindow window) ->
                new Step.Done(new Outcome.Held(window, intentOf(grant).epoch()));
        };
    }

    private Step choose(Stored stored, @Nullable Doubt doubt, Instant now) {
        Grant grant = stored.grant();
        Optional<Candidate> next = Candidates.next(grant, terms.rules(), terms.insist(), now);
        if (next.isEmpty()) {
            return new Step.Done(new Outcome.Exhausted(grant));
        }
        if (!terms.rules().spends()) {
            return new Step.Send(past(stored), next.get());
        }
        Candidate candidate = next.get();
        // A newer token than the one in doubt is no replay: nothing is known against it.
        boolean same = grant.intent() != null && grant.intent().candidateEpoch() == candidate.epoch();
        Instant at = Takeover.notBehind(grant.intent(), terms.sight(), now);
        Grant armed = GrantChanges.arm(grant, candidate, terms.attempt(), at, floor(stored), same ? doubt : null);
        return new Step.Arm(stored, armed);
    }

    /** The epoch that the next one must pass: what was published is behind it, also where the grant was restored from before. */
    private long floor(Stored stored) {
        return Math.max(terms.markedEpoch(), stored.released());
    }

    /** What an arming would do for the epoch, where nothing is armed. */
    private Stored past(Stored stored) {
        Grant grant = stored.grant();
        Grant raised = grant.with(Math.max(grant.epoch(), floor(stored)), grant.binding());
        return new Stored(raised, stored.version(), stored.released(), stored.rebind());
    }

    /** After step 2. A conflict may be an earlier try of the same write by the client library, so it is read back too. */
    public Step afterArm(Step.Arm step, Put result) {
        return switch (result) {
            case Put.Done(Stored stored) -> send(stored);
            case Put.Conflict conflict -> new Step.ConfirmArming(step.armed());
            case Put.Unknown unknown -> new Step.ConfirmArming(step.armed());
            case Put.Missing() -> stale("the grant is gone");
            case Put.Refused(String why) -> new Step.Done(new Outcome.CannotWrite(why));
        };
    }

    /** After the reading back of an arming. Empty with {@code late}: it is too late to send; say so, if it is ours. */
    public Step afterConfirm(Step.ConfirmArming step, Optional<Stored> read, boolean late) {
        if (read.isEmpty() || !read.get().grant().isArmedBy(terms.attempt().nonce())) {
            return stale("another process was faster");
        }
        if (read.get().grant().export() != null) {
            return stale(EXPORTED);
        }
        return late
                ? recordEnd(
                        read.get(),
                        Intent.Ended.NotProcessed,
                        new Outcome.Unavailable("the arming took too long", null))
                : send(read.get());
    }

    private static Step send(Stored armed) {
        Candidate candidate = armed.grant()
                .candidate(intentOf(armed.grant()).candidateEpoch())
                .orElseThrow();
        return new Step.Send(armed, candidate);
    }

    /** What step 3 waits for. */
    public AwaitedAnswer awaited(Step.Send step, Instant requestedAt) {
        Intent intent = step.base().grant().intent();
        long armedEpoch =
                intent != null && intent.nonce().equals(terms.attempt().nonce()) ? intent.epoch() : 0;
        return new AwaitedAnswer(
                terms.attempt().nonce(),
                step.base().grant(),
                armedEpoch,
                step.candidate() == null ? 0 : step.candidate().epoch(),
                requestedAt,
                terms.rules().grace(),
                terms.attempt().refreshRequest());
    }

    /** Step 4, after step 3. */
    public Step afterSend(Step.Send step, TokenOutcome outcome, Instant requestedAt, Instant now) {
        return switch (outcome) {
            case TokenOutcome.Granted(var answer) ->
                new Step.Keep(step.base(), awaited(step, requestedAt).with(answer));
            case TokenOutcome.Rejected rejected -> rejected(step, rejected, now);
            case TokenOutcome.Unavailable(String why, Duration retryAfter) ->
                ended(step, Intent.Ended.NotProcessed, new Outcome.Unavailable(why, retryAfter));
            case TokenOutcome.Unsendable(String why) ->
                ended(step, Intent.Ended.NotProcessed, new Outcome.Unsendable(why));
            case TokenOutcome.Ambiguous(String why) -> ended(step, Intent.Ended.Ambiguous, new Outcome.Ambiguous(why));
        };
    }

    private Step rejected(Step.Send step, TokenOutcome.Rejected rejected, Instant now) {
        String description = rejected.description() == null ? "" : rejected.description();
        Candidate candidate = step.candidate();
        if (!rejected.isInvalidGrant() || candidate == null) {
            return ended(step, Intent.Ended.Refused, new Outcome.RequestRefused(rejected.error(), description));
        }
        Grant grant = step.base().grant();
        Grant refused = terms.rules().spends()
                ? GrantChanges.refuse(grant, intentOf(grant), now)
                : GrantChanges.refuseUnarmed(
                        grant, candidate.epoch(), terms.attempt().refreshRequest(), now);
        return new Step.RecordEnd(refused, step.base().version(), new Outcome.TokenRefused(description));
    }

    /** Where nothing was armed there is nothing to record. */
    private Step ended(Step.Send step, Intent.Ended how, Outcome outcome) {
        return terms.rules().spends() ? recordEnd(step.base(), how, outcome) : new Step.Done(outcome);
    }

    private static Step recordEnd(Stored stored, Intent.Ended how, Outcome outcome) {
        return new Step.RecordEnd(GrantChanges.end(stored.grant(), how), stored.version(), outcome);
    }

    private static Step stale(String why) {
        return new Step.Done(new Outcome.Stale(why));
    }

    private static Intent intentOf(Grant grant) {
        Intent intent = grant.intent();
        if (intent == null) {
            throw new IllegalStateException("an armed grant has an intent");
        }
        return intent;
    }
}

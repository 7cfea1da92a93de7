package dev.oauthconnection.grant;

import dev.oauthconnection.api.OAuthConnectionSpec.OnAmbiguousRedemption;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Step 8: what to make of an intent that stands. A fence comes first, since its holder may be at work; then, unless the holder's end is
 * certain, patience, since it may still commit the answer it has. Pure.
 */
public final class Takeover {
    private Takeover() {}

    /**
     * What an observer knows about the holder of an intent.
     *
     * @param seenFor how long ago it first saw this very intent, on its own monotonic clock
     * @param holder what is known of the end of its holder
     */
    public record Sight(Duration seenFor, HolderEnd holder) {}

    public sealed interface Verdict {
        /** Nothing stands in the way: there is no intent, or it ended and left the refresh token as it was. */
        record Clear() implements Verdict {}

        /** Not before then. */
        record Wait(Instant until, String why) implements Verdict {}

        /** Redeem, knowing that a redemption before may have spent the token. */
        record Replay(Doubt doubt) implements Verdict {}

        /** Only a person decides: the policy is Hold and no grace helps. */
        record Held(LossWindow window) implements Verdict {}
    }

    /**
     * Judges the intent of a grant.
     *
     * @param released the epoch up to which an admin released what is held; 0 for none
     */
    public static Verdict judge(Grant grant, RedemptionRules rules, Sight sight, long released, Instant wall) {
        Intent intent = grant.intent();
        if (intent == null || intent.endedHarmlessly()) {
            return new Verdict.Clear();
        }
        Instant now = notBehind(intent, sight, wall);
        Doubt before = intent.doubt();
        if (intent.endedWithoutEffect() && before != null) {
            return resolve(before, rules, released, now);
        }
        // The fence holds also where the holder is gone: its request may still be on the way, and where reuse revokes,
        // the
        // one that comes second ends the grant.
        Duration fenceLeft = intent.fence().minus(sight.seenFor());
        if (fenceLeft.isPositive()) {
            String why = intent.ended() == null
                    ? "another process announced a refresh and may be at work"
                    : "the end of the last refresh is not known, and its request may still be on the way";
            return new Verdict.Wait(wall.plus(fenceLeft), why);
        }
        LossWindow window = windowOf(intent.ended(), sight.holder());
        if (window != LossWindow.Deadline) {
            return resolve(intent.doubtThrough(window), rules, released, now);
        }
        Doubt silent = intent.doubtThrough(window);
        Instant deadline = patienceEnds(grant, intent, silent, rules, now);
        if (!rules.refreshEndsAccessToken() && deadline != null && now.isBefore(deadline)) {
            return new Verdict.Wait(
                    deadline, "another process announced a refresh, fell silent, and may still store its answer");
        }
        return resolve(silent, rules, released, now);
    }

    /** What the holder recorded, or the next process of its pod, counts before what this observer knows. */
    private static LossWindow windowOf(Intent.@Nullable Ended ended, HolderEnd holder) {
        return switch (ended) {
            case null -> holder.window();
            case Ambiguous -> LossWindow.AnswerLost;
            case JournalEmpty -> LossWindow.KilledBeforeJournal;
            case NotProcessed, Refused, HolderGone -> LossWindow.HolderGone;
        };
    }

    /**
     * The time by the clock that armed an intent: no less passed since then than it has been seen for. A wall clock that is behind, or was
     * set back, would have patience outlast the grace.
     */
    static Instant notBehind(@Nullable Intent intent, Sight sight, Instant wall) {
        Instant seen = intent == null ? wall : intent.armedAt().plus(sight.seenFor());
        return wall.isBefore(seen) ? seen : wall;
    }

    private static Verdict resolve(Doubt doubt, RedemptionRules rules, long released, Instant now) {
        if (rules.hasGrace() && now.isBefore(lastReplay(doubt, rules))) {
            return new Verdict.Replay(doubt);
        }
        LossWindow window = rules.hasGrace() ? LossWindow.GraceEnded : doubt.window();
        Doubt through = new Doubt(window, doubt.since(), doubt.epoch(), doubt.released() || released >= doubt.epoch());
        boolean hold = rules.onAmbiguous() == OnAmbiguousRedemption.Hold && !through.released();
        return hold ? new Verdict.Held(window) : new Verdict.Replay(through);
    }

    private static Instant lastReplay(Doubt doubt, RedemptionRules rules) {
        return doubt.since().plus(rules.grace()).minus(rules.graceMargin());
    }

    /**
     * As late as it can be: the earlier of the published token's expiry and the end of the grace, less a margin. The margin before the
     * last replay leaves time for one, or patience itself would use the grace up. A grace that is over already is no reason to hurry: the
     * holder may still commit its answer, and where reuse revokes, a replay would end what that brings.
     */
    private static @Nullable Instant patienceEnds(
            Grant grant, Intent intent, Doubt doubt, RedemptionRules rules, Instant now) {
        boolean helps = rules.hasGrace() && now.isBefore(lastReplay(doubt, rules));
        Instant graceEnds = helps ? lastReplay(doubt, rules).minus(rules.graceMargin()) : null;
        Answer answer = grant.answer();
        Instant expiry =
                answer == null ? null : answer.expiresAt().minus(intent.fence().dividedBy(9));
        if (graceEnds == null || expiry == null) {
            return graceEnds == null ? expiry : graceEnds;
        }
        return expiry.isBefore(graceEnds) ? expiry : graceEnds;
    }
}

package dev.oauthconnection.grant;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The journal entry of a redemption that was announced and has not been committed: lock, proof that we can write, and what a successor
 * needs to know.
 *
 * @param epoch of this arming
 * @param nonce names this attempt, and no other
 * @param holder the process that armed: {@code <pod uid>/<boot>/<process>}
 * @param candidateEpoch which refresh token it redeems
 * @param armedAt by the holder's clock; the earliest moment at which this attempt may have spent the token
 * @param fence how long from the arming the holder may still be at work; nobody else touches the intent before, counted from one's own
 *     first sight of it
 * @param doubt whether an earlier redemption may have spent the same refresh token; null when there is no doubt
 * @param request the refresh request that it owes an effect, its own or that of an attempt before it without one; null for none
 * @param ended how the attempt ended, once that is certain; null while it is not
 */
public record Intent(
        long epoch,
        String nonce,
        String holder,
        long candidateEpoch,
        Instant armedAt,
        Duration fence,
        @Nullable Doubt doubt,
        @Nullable String request,
        @Nullable Ended ended) {

    /** How an attempt ended without a commit. */
    public enum Ended {
        /** Nothing was sent, or the provider certainly did not process it: the refresh token is as it was. */
        NotProcessed,
        /** The provider refused for a reason that is not the token's: the refresh token is as it was. */
        Refused,
        /** It was sent, and the holder has no answer and will have none. */
        Ambiguous,
        /** The holder's process died; its successor in the same pod found the journal empty. */
        JournalEmpty,
        /** The same, but the journal may not be the one that the holder had. Also what a later version may say that this one does not know. */
        @JsonEnumDefaultValue
        HolderGone
    }

    Intent ended(Ended how) {
        return new Intent(epoch, nonce, holder, candidateEpoch, armedAt, fence, doubt, request, how);
    }

    /** Whether the attempt ended and the refresh token is certainly unspent. */
    public boolean endedHarmlessly() {
        return endedWithoutEffect() && doubt == null;
    }

    /** Whether the attempt ended and left the refresh token as it was before: unspent, or in doubt. */
    boolean endedWithoutEffect() {
        return ended == Ended.NotProcessed || ended == Ended.Refused;
    }

    /** The doubt about the refresh token once this attempt's own end is not known. */
    Doubt doubtThrough(LossWindow window) {
        return new Doubt(window, doubt == null ? armedAt : doubt.since(), epoch);
    }
}

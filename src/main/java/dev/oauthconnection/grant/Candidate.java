package dev.oauthconnection.grant;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A refresh token that may still work. Known by its epoch, never by its value.
 *
 * @param epoch of the arming whose answer brought it
 * @param nonce of that arming; null for a token from a consent or from elsewhere
 * @param spentAt when it was redeemed by an answer that brought another one; null while it is unspent
 * @param refusedAt when the provider last refused it; null while it did not
 * @param refusals how often the provider refused it
 * @param lostThrough the window through which its successor was lost, when a replay of it was refused; null otherwise
 */
public record Candidate(
        long epoch,
        @Nullable String nonce,
        String token,
        @Nullable Instant spentAt,
        @Nullable Instant refusedAt,
        int refusals,
        @Nullable LossWindow lostThrough) {
    static Candidate fresh(long epoch, @Nullable String nonce, String token) {
        return new Candidate(epoch, nonce, token, null, null, 0, null);
    }

    Candidate spent(Instant at) {
        return spentAt != null ? this : new Candidate(epoch, nonce, token, at, refusedAt, refusals, lostThrough);
    }

    Candidate refused(Instant at, @Nullable LossWindow window) {
        return new Candidate(epoch, nonce, token, spentAt, at, refusals + 1, window == null ? lostThrough : window);
    }

    /** The same token under a new epoch: an answer repeated or omitted it, so it is good and nothing was spent. */
    Candidate renewed(long newEpoch) {
        return new Candidate(newEpoch, nonce, token, null, null, 0, null);
    }

    /** The same without its token, for the summary. */
    Candidate withoutToken() {
        return new Candidate(epoch, nonce, "", spentAt, refusedAt, refusals, lostThrough);
    }

    @Override
    public String toString() {
        return "Candidate[" + epoch + (spentAt == null ? "" : ", spent") + (refusedAt == null ? "" : ", refused") + "]";
    }
}

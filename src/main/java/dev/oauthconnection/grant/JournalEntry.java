package dev.oauthconnection.grant;

import dev.oauthconnection.api.Reason;
import dev.oauthconnection.oauth.TokenAnswer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An answer that was received and is not yet committed, with all that is needed to commit it from nothing.
 *
 * @param nonce of the attempt; names the entry
 * @param base the grant as it was armed, or the whole new grant of a consent; stored again should the Secret be gone
 * @param epoch of the arming; 0 where nothing was armed, since nothing could be spent
 * @param candidateEpoch the refresh token that was redeemed; 0 for none
 * @param requestedAt when the request was sent
 * @param grace the provider's grace period, for how long the redeemed token stays a candidate
 * @param refreshRequest the value of the annotation that asked for this; null when none did
 * @param replaces for the answer to a consent: the grant id it replaces, empty for none; null for a redemption
 * @param unwanted why it will never be committed; null while it is to be. Its refresh token is revoked before it is forgotten
 */
public record JournalEntry(
        String nonce,
        Grant base,
        long epoch,
        long candidateEpoch,
        TokenAnswer answer,
        Instant requestedAt,
        Duration grace,
        @Nullable String refreshRequest,
        @Nullable String replaces,
        @Nullable Unwanted unwanted) {
    /**
     * Why an answer will never become the grant, nor join it.
     *
     * @param since when that was found
     * @param why a sentence for a user
     */
    public record Unwanted(Instant since, Reason reason, String why) {}

    /** An answer that is to be committed. */
    public JournalEntry(
            String nonce,
            Grant base,
            long epoch,
            long candidateEpoch,
            TokenAnswer answer,
            Instant requestedAt,
            Duration grace,
            @Nullable String refreshRequest,
            @Nullable String replaces) {
        this(nonce, base, epoch, candidateEpoch, answer, requestedAt, grace, refreshRequest, replaces, null);
    }

    /** The same answer, never to be committed from here on. */
    public JournalEntry unwanted(Instant since, Reason reason, String why) {
        return new JournalEntry(
                nonce,
                base,
                epoch,
                candidateEpoch,
                answer,
                requestedAt,
                grace,
                refreshRequest,
                replaces,
                new Unwanted(since, reason, why));
    }

    /** The same answer, to be committed after all. */
    JournalEntry wanted() {
        return new JournalEntry(
                nonce, base, epoch, candidateEpoch, answer, requestedAt, grace, refreshRequest, replaces);
    }

    /** Whether this is the answer to a consent, which makes a new grant. */
    public boolean isConsent() {
        return replaces != null;
    }

    public GrantKey key() {
        return base.key();
    }

    @Override
    public String toString() {
        return "JournalEntry[" + nonce + " for " + key() + "]";
    }
}

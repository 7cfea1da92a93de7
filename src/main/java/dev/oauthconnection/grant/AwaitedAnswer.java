package dev.oauthconnection.grant;

import dev.oauthconnection.oauth.TokenAnswer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * All of a redemption's journal entry but the answer, as it is known before the request is sent: whoever receives the answer can keep it.
 * The components are those of {@link JournalEntry}.
 */
public record AwaitedAnswer(
        String nonce,
        Grant base,
        long epoch,
        long candidateEpoch,
        Instant requestedAt,
        Duration grace,
        @Nullable String refreshRequest) {
    public JournalEntry with(TokenAnswer answer) {
        return new JournalEntry(nonce, base, epoch, candidateEpoch, answer, requestedAt, grace, refreshRequest, null);
    }

    @Override
    public String toString() {
        return "AwaitedAnswer[" + nonce + " for " + base.key() + "]";
    }
}

package dev.oauthconnection.grant;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which refresh token of a grant to redeem, newest first. Pure; works on a summary as well. */
public final class Candidates {
    private static final int DAILY_RETRIES = 14;

    private Candidates() {}

    /**
     * The newest candidate that may be redeemed now: an unspent one always, a spent one only inside its grace. When all were refused, {@code insist} allows the newest once more.
     *
     * @param insist whether a person asked, or the client Secret changed
     */
    public static Optional<Candidate> next(Grant grant, RedemptionRules rules, boolean insist, Instant now) {
        Optional<Candidate> open = grant.candidates().stream()
                .filter(c -> c.refusedAt() == null && maySend(c, rules, now))
                .findFirst();
        if (open.isPresent()) {
            return open;
        }
        return newestRefused(grant, rules, now).filter(c -> insist || !now.isBefore(retryAt(c)));
    }

    /** When the newest refused candidate is tried again by itself; null when never. */
    public static @Nullable Instant nextRetry(Grant grant, RedemptionRules rules, Instant now) {
        Instant at = newestRefused(grant, rules, now).map(Candidates::retryAt).orElse(null);
        return at == null || at.equals(Instant.MAX) ? null : at;
    }

    private static Optional<Candidate> newestRefused(Grant grant, RedemptionRules rules, Instant now) {
        return grant.candidates().stream()
                .filter(c -> c.refusedAt() != null && maySend(c, rules, now))
                .findFirst();
    }

    private static boolean maySend(Candidate candidate, RedemptionRules rules, Instant now) {
        Instant spentAt = candidate.spentAt();
        if (spentAt == null) {
            // A refused replay is known to have been spent: sending it again where reuse revokes could only end what a
            // person renewed.
            return !(candidate.lostThrough() != null && rules.reuseRevokesGrant());
        }
        // Inside its grace it is no reuse, whatever the provider does about one beyond it.
        return now.isBefore(spentAt.plus(rules.grace()).minus(rules.graceMargin()));
    }

    private static Instant retryAt(Candidate candidate) {
        Instant refusedAt = candidate.refusedAt();
        if (refusedAt == null || candidate.refusals() > 1 + DAILY_RETRIES) {
            return Instant.MAX;
        }
        return refusedAt.plus(candidate.refusals() == 1 ? Duration.ofHours(1) : Duration.ofDays(1));
    }
}

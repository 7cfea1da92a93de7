package dev.oauthconnection.lifecycle;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a token is refreshed: early enough that a mounted file has the next one before the old one lapses, spread by a hash so that
 * neither a restart nor an outage makes a stampede. Pure.
 *
 * <pre>
 *   requested                           due                      expires
 *   |------------------------------------|------------------------|
 *                              jitter &lt;--|<------- lead --------->|
 * </pre>
 */
public final class Schedule {
    /** Two sync periods of the kubelet: a changed Secret is in the pods' files by then. */
    static final Duration KUBELET = Duration.ofMinutes(3);

    /** Nothing is refreshed more often than this, whatever lifetime a provider states. */
    static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(2);

    /** The lead where a refresh ends the published token: twice the time that a whole redemption may take. */
    static final Duration LATEST = Duration.ofSeconds(90);

    private Schedule() {}

    /**
     * What the schedule depends on.
     *
     * @param before the user's wish; null for the default
     * @param endsAccessToken whether a refresh ends the published token, so that it is done as late as is safe
     * @param idleLifetime after which an unused refresh token lapses; null when unknown, or when the user does not want it kept alive
     * @param seed of the jitter: the connection's UID
     */
    public record Terms(
            @Nullable Duration before,
            boolean endsAccessToken,
            @Nullable Duration idleLifetime,
            String seed) {}

    /** How long before its expiry a token of this lifetime is refreshed, the jitter apart. */
    public static Duration lead(Duration lifetime, Terms terms) {
        Duration half = lifetime.dividedBy(2);
        if (terms.before() != null) {
            // Never the whole lifetime: a refresh would be due at once, for ever.
            return min(terms.before(), lifetime.minus(lifetime.dividedBy(10)));
        }
        if (terms.endsAccessToken()) {
            return min(LATEST, half);
        }
        return min(max(lifetime.dividedBy(3), KUBELET), half);
    }

    /** When the token that was requested then and expires then is to be refreshed. */
    public static Instant dueAt(Instant requestedAt, Instant expiresAt, Terms terms) {
        Duration lifetime = max(Duration.between(requestedAt, expiresAt), Duration.ZERO);
        Duration lead = lead(lifetime, terms);
        Duration wait = lifetime.minus(lead);
        Duration due = wait.minus(jitter(spread(lifetime, lead, wait, terms), terms.seed()));
        Duration idle = terms.idleLifetime();
        if (idle != null && idle.isPositive()) {
            due = min(due, idle.minus(idle.dividedBy(10)));
        }
        return requestedAt.plus(max(due, SHORTEST_INTERVAL));
    }

    /**
     * Over how long refreshes are spread: a tenth of the lifetime. Never more than half of the wait, or a lead of nearly the whole lifetime
     * would be due at once, for ever; and little where a refresh ends the published token, so that it stays late.
     */
    private static Duration spread(Duration lifetime, Duration lead, Duration wait, Terms terms) {
        Duration spread = min(lifetime.dividedBy(10), wait.dividedBy(2));
        return terms.endsAccessToken() ? min(spread, lead) : spread;
    }

    /** Earlier, never later: a part of the spread, the same for a connection at each refresh. */
    static Duration jitter(Duration spread, String seed) {
        long permille = Math.floorMod(mix(seed.hashCode()), 1000);
        return spread.multipliedBy(permille).dividedBy(1000);
    }

    /** String hashes of similar seeds are similar; this spreads them (the finalizer of MurmurHash3). */
    private static int mix(int hash) {
        int h = hash;
        h = (h ^ (h >>> 16)) * 0x85ebca6b;
        h = (h ^ (h >>> 13)) * 0xc2b2ae35;
        return h ^ (h >>> 16);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}

package dev.oauthconnection.lifecycle;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long to wait after failures in a row: 1 s to 5 min, doubling, with jitter, and never shorter than the provider asks. Pure. */
public final class Backoff {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(5);
    /** A provider that asks for more than this is asked again after it all the same. */
    private static final Duration LONGEST_ASKED = Duration.ofHours(1);

    private Backoff() {}

    /**
     * The pause after a failure.
     *
     * @param failures in a row, this one included; at least 1
     * @param retryAfter what the provider asked for; null when it did not
     * @param seed of the jitter: the same connection waits the same
     */
    public static Duration after(int failures, @Nullable Duration retryAfter, String seed) {
        int doublings = Math.min(Math.max(failures, 1) - 1, 20);
        Duration plain = FIRST.multipliedBy(1L << doublings);
        Duration bounded = plain.compareTo(LONGEST) > 0 ? LONGEST : plain;
        Duration jittered = spread(bounded, seed + failures);
        if (retryAfter == null) {
            return jittered;
        }
        Duration asked = retryAfter.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : retryAfter;
        // All that were refused in the same moment were told the same: they come back one after the other.
        return asked.compareTo(bounded) > 0 ? spread(asked, seed + failures) : jittered;
    }

    /** Up to a fifth longer, never shorter. */
    private static Duration spread(Duration pause, String seed) {
        return pause.plus(Schedule.jitter(pause.dividedBy(5), seed));
    }
}

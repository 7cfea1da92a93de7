package dev.oauthconnection.cli;

import dev.oauthconnection.api.Durations;
import dev.oauthconnection.api.OAuthConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Looks at a connection again and again, for so long.
 *
 * @param nanoTime of a clock that nobody sets
 * @param pause between two looks
 */
record Patience(Duration timeout, LongSupplier nanoTime, Consumer<Duration> pause) {
    private static final Duration PAUSE = Duration.ofMillis(500);

    /**
     * As an option says it.
     *
     * @throws Complaint where that is no duration
     */
    static Patience of(String timeout) {
        try {
            return new Patience(
                    Durations.parse(timeout), System::nanoTime, pause -> LockSupport.parkNanos(pause.toNanos()));
        } catch (IllegalArgumentException e) {
            throw ExitStatus.Correct.complaint("--timeout: " + e.getMessage());
        }
    }

    /** What the first look that says something says; empty where the time is over. */
    <T> Optional<T> until(ClusterSession session, String name, Function<OAuthConnection, Optional<T>> look) {
        long begin = nanoTime.getAsLong();
        while (true) {
            Optional<T> seen = look.apply(session.connection(name));
            if (seen.isPresent() || nanoTime.getAsLong() - begin >= timeout.toNanos()) {
                return seen;
            }
            pause.accept(PAUSE);
        }
    }
}

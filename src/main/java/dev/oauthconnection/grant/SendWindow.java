package dev.oauthconnection.grant;

import java.time.Duration;
import java.time.Instant;

/**
 * The time in which the request of one attempt may be written, by two clocks: the monotonic one stands still while a machine is suspended,
 * and the wall clock may be set back.
 *
 * @param startedNanos when the attempt began, in nanoseconds of a monotonic clock that all who look at this window share
 * @param startedAt the same by the wall clock
 */
public record SendWindow(long startedNanos, Instant startedAt, Duration length) {
    public boolean isOpen(long nanoTime, Instant now) {
        return nanoTime - startedNanos <= length.toNanos() && !now.isAfter(startedAt.plus(length));
    }
}

package dev.oauthconnection.operator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** Notices that somebody set the wall clock, by the monotonic one. Used by one thread at a time. */
final class ClockWatch {
    /** What is corrected little by little, or within a pause of the process between its two looks, is not told. */
    private static final Duration NOTICED = Duration.ofSeconds(2);

    private final InstantSource wall;
    private final LongSupplier nanoTime;
    private Instant seenAt;
    private long seenNanos;

    ClockWatch(InstantSource wall, LongSupplier nanoTime) {
        this.wall = wall;
        this.nanoTime = nanoTime;
        this.seenAt = wall.instant();
        this.seenNanos = nanoTime.getAsLong();
    }

    /** By how much it was set since the last call: forward, or back if negative; zero where it was not. A suspended machine counts too. */
    Duration setBy() {
        Instant now = wall.instant();
        long nanos = nanoTime.getAsLong();
        Duration set = Duration.between(seenAt, now).minusNanos(nanos - seenNanos);
        seenAt = now;
        seenNanos = nanos;
        return set.abs().compareTo(NOTICED) < 0 ? Duration.ZERO : set;
    }
}

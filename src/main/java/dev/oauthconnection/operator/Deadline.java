package dev.oauthconnection.operator;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Until when the parts of an end together may be waited for. Nothing here fails when it is over: the next part has its turn.
 *
 * @param at on the scale of {@link System#nanoTime}
 */
record Deadline(long at) {
    private static final long LOOK = Duration.ofMillis(20).toNanos();

    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    private long left() {
        return Math.max(0, at - System.nanoTime());
    }

    void await(BooleanSupplier done) {
        while (!done.getAsBoolean() && left() > 0) {
            LockSupport.parkNanos(LOOK);
        }
    }

    /** Has it take no new task, and waits for those that it has. */
    void end(ExecutorService executor) {
        executor.shutdown();
        try {
            executor.awaitTermination(left(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

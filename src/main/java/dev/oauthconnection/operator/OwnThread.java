package dev.oauthconnection.operator;

import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Carries one task out on a thread of the operating system's. A virtual thread whose answer has come stands in a queue behind all others
 * that want a processor; such a thread gets one at once, and between an answer and the journal every millisecond counts.
 */
final class OwnThread {
    private OwnThread() {}

    /** Waits for the task and returns what it does, or throws what it throws; interrupting the caller interrupts it. */
    static <T> T call(Supplier<T> task) {
        FutureTask<T> future = new FutureTask<>(task::get);
        Thread thread = Thread.ofPlatform().name("redemption").start(future);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    thread.interrupt();
                } catch (ExecutionException e) {
                    throw unwrapped(Objects.requireNonNull(e.getCause()));
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException unwrapped(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException failure ? failure : new IllegalStateException(cause);
    }
}

package dev.oauthconnection.operator;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Virtual threads, of which only so many are at work at once: a reconciliation mostly waits for a provider or the API server. */
final class BoundedExecutor extends AbstractExecutorService {
    private final ExecutorService threads;
    private final Semaphore places;

    BoundedExecutor(ExecutorService threads, int atOnce) {
        this.threads = threads;
        this.places = new Semaphore(atOnce);
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(() -> {
            places.acquireUninterruptibly();
            try {
                task.run();
            } finally {
                places.release();
            }
        });
    }

    @Override
    public void shutdown() {
        threads.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return threads.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return threads.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return threads.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return threads.awaitTermination(timeout, unit);
    }
}

package dev.oauthconnection.operator;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process does from time to time beside its reconciliations, leader or not, on a thread of its own. Above all it stores the answers
 * that are in the journal: from before anything is observed, since that needs the grant Secrets alone, until nothing is observed any more.
 */
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    /** How long an answer that the API server did not take waits, where no event comes. */
    private static final Duration ROUND = Duration.ofSeconds(5);

    private final Recovery recovery;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("housekeeper").factory());
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile boolean recovered;
    private volatile boolean observing;

    Housekeeping(Recovery recovery) {
        this.recovery = recovery;
    }

    /** Begins with the journal, and tries again until it worked. Returns at once; a second call changes nothing, and gives false. */
    boolean begin() {
        if (begun.getAndSet(true)) {
            return false;
        }
        schedule(Duration.ZERO, ROUND, "going through the journal", this::round);
        return true;
    }

    /** Settles what an earlier process of this pod left behind, unless that is done. */
    synchronized void recover() {
        if (!recovered) {
            recovery.run();
            recovered = true;
        }
    }

    /** From now on the providers are known, and what is to be revoked can be. */
    void observing() {
        observing = true;
    }

    /** Carries out a task again and again, whatever becomes of it. */
    void every(Duration pause, String what, Runnable task) {
        schedule(pause, pause, what, task);
    }

    /** Ends, with the journal last. */
    void close(Deadline until) {
        until.end(thread);
        // The last chance: the journal dies with the pod.
        guarded("going through the journal", this::drain);
    }

    private void round() {
        if (observing || recovered) {
            drain();
            return;
        }
        try {
            recover();
        } catch (KubernetesClientException e) {
            if (!told.getAndSet(true)) {
                LOG.warn(
                        "what an earlier process left behind cannot be settled yet ({}); it is tried again every {} seconds",
                        e.getStatus() == null ? "the API server cannot be reached" : "HTTP " + e.getCode(),
                        ROUND.toSeconds());
            }
        }
    }

    private void drain() {
        if (observing) {
            recovery.drain();
        } else {
            recovery.store();
        }
    }

    private void schedule(Duration first, Duration pause, String what, Runnable task) {
        thread.scheduleWithFixedDelay(
                () -> guarded(what, task), first.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** An exception would end the repetition, and tell nobody. */
    private static void guarded(String what, Runnable task) {
        try {
            task.run();
        } catch (KubernetesClientException e) {
            LOG.debug("{} failed; it is tried again", what, e);
        } catch (RuntimeException e) {
            LOG.warn("{} failed; it is tried again", what, e);
        }
    }
}

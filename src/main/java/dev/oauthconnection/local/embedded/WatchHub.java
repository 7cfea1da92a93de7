package dev.oauthconnection.local.embedded;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Hands every change to every watcher, and remembers the last ones, so that a watch that begins at the resourceVersion of a list misses
 * nothing that happened between the two. Guarded by the lock of {@link ObjectStore}.
 */
final class WatchHub {
    /** A watch from before these changes is answered 410 Gone, and its client lists again. */
    static final int HISTORY = 10_000;

    private final Deque<Change> history = new ArrayDeque<>();
    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private long forgotten;

    /** @param start the resourceVersion at which this process began: what was before is not remembered */
    WatchHub(long start) {
        this.forgotten = start;
    }

    void publish(Change change) {
        history.addLast(change);
        if (history.size() > HISTORY) {
            forgotten = history.removeFirst().resourceVersion();
        }
        watches.forEach(watch -> watch.offer(change));
    }

    /** Begins a watch right after the given resourceVersion. */
    void resume(Watch watch, long since, long latest) {
        if (since < forgotten || since > latest) {
            throw ApiFailure.expired("too old resource version: " + since + "; list again");
        }
        history.stream().filter(change -> change.resourceVersion() > since).forEach(watch::offer);
        watches.add(watch);
    }

    /** Begins a watch with everything that is there. */
    void begin(Watch watch, Set<Change> present) {
        present.forEach(watch::offer);
        watches.add(watch);
    }

    void endAll() {
        watches.forEach(Watch::close);
    }

    void end(Watch watch) {
        watches.remove(watch);
    }
}

package dev.oauthconnection.local.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The events of one watcher, in order. Filled under the store's lock, emptied by the thread that serves the watcher. */
final class Watch implements AutoCloseable {
    /** A watcher that lags this far behind is cut off; it lists again, as watchers do. */
    static final int BACKLOG = 100_000;

    /** Wakes whoever waits for an event. */
    private static final Change.Event END = new Change.Event("END", Json.object());

    private final Collection collection;
    private final Predicate<ObjectNode> filter;
    private final Consumer<Watch> onClose;
    private final BlockingQueue<Change.Event> events = new LinkedBlockingQueue<>();
    private volatile boolean closed;

    Watch(Collection collection, Predicate<ObjectNode> filter, Consumer<Watch> onClose) {
        this.collection = collection;
        this.filter = filter;
        this.onClose = onClose;
    }

    Collection collection() {
        return collection;
    }

    void offer(Change change) {
        if (closed || !collection.contains(change.key())) {
            return;
        }
        Change.Event event = change.seenThrough(filter);
        if (event == null) {
            return;
        }
        if (events.size() >= BACKLOG) {
            end();
        } else {
            events.add(event);
        }
    }

    /** Waits for the next event; empty if none came in that time, or the watch ended. */
    Optional<Change.Event> next(Duration atMost) throws InterruptedException {
        return Optional.ofNullable(events.poll(atMost.toMillis(), TimeUnit.MILLISECONDS))
                .filter(event -> event != END);
    }

    /** Whether all that happened was handed on. Of what came after the end nobody knows. */
    boolean isDrained() {
        return !closed && events.isEmpty();
    }

    boolean isClosed() {
        return closed;
    }

    private void end() {
        closed = true;
        events.add(END);
    }

    @Override
    public void close() {
        end();
        onClose.accept(this);
    }
}

package dev.oauthconnection.local.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * All objects, in memory and on disk. One lock: whatever runs {@link #atomically} sees no change of others. A change is on disk before
 * it is in memory, and in memory before watchers hear of it; one that the disk refused did not happen.
 */
final class ObjectStore {
    /** How many resourceVersions are reserved by one write of the file that remembers them. */
    private static final long RESERVATION = 10_000;

    record Listing(long resourceVersion, List<ObjectNode> items) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final StateFolder folder;
    private final NavigableMap<ObjectKey, ObjectNode> objects;
    private final Set<String> uids = new HashSet<>();
    private final WatchHub watches;
    private long latest;
    private long reserved;

    /** Loads what the folder holds. */
    ObjectStore(StateFolder folder) throws IOException {
        this.folder = folder;
        this.objects = folder.load();
        objects.values().forEach(object -> uids.add(Json.uid(object)));
        long highest =
                objects.values().stream().mapToLong(Json::resourceVersion).max().orElse(0);
        // What the last process gave out within its reservation is not known, so all of it counts as given.
        this.latest = Math.max(highest, folder.reserved());
        this.reserved = latest;
        this.watches = new WatchHub(latest);
    }

    <T> T atomically(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    Optional<ObjectNode> find(ObjectKey key) {
        return atomically(() -> Optional.ofNullable(objects.get(key)));
    }

    ObjectNode get(ObjectKey key) {
        return find(key).orElseThrow(() -> ApiFailure.notFound(key));
    }

    boolean hasUid(String uid) {
        return atomically(() -> uids.contains(uid));
    }

    /** Every object whose key and content pass, in the order of the keys. */
    Map<ObjectKey, ObjectNode> select(Predicate<Map.Entry<ObjectKey, ObjectNode>> filter) {
        return atomically(() -> {
            NavigableMap<ObjectKey, ObjectNode> found = new TreeMap<>();
            objects.entrySet().stream().filter(filter).forEach(entry -> found.put(entry.getKey(), entry.getValue()));
            return Collections.unmodifiableNavigableMap(found);
        });
    }

    Listing list(Collection collection, Predicate<ObjectNode> filter) {
        return atomically(() -> new Listing(
                latest,
                List.copyOf(select(entry -> collection.contains(entry.getKey()) && filter.test(entry.getValue()))
                        .values())));
    }

    /** Watches from right after a resourceVersion, or, without one, from everything that is there now. */
    Watch watch(Collection collection, Predicate<ObjectNode> filter, OptionalLong since) {
        return atomically(() -> {
            Watch watch = new Watch(collection, filter, watches::end);
            if (since.isPresent()) {
                watches.resume(watch, since.getAsLong(), latest);
            } else {
                Set<Change> present = new LinkedHashSet<>();
                objects.forEach((key, object) -> present.add(Change.added(key, object)));
                watches.begin(watch, present);
            }
            return watch;
        });
    }

    void endWatches() {
        watches.endAll();
    }

    /** The latest resourceVersion, if that watcher was handed everything up to it. */
    OptionalLong bookmark(Watch watch) {
        return atomically(() -> watch.isDrained() ? OptionalLong.of(latest) : OptionalLong.empty());
    }

    /** Stores the object under a new resourceVersion, and returns it as stored. */
    ObjectNode put(ObjectKey key, ObjectNode object) {
        return atomically(() -> {
            ObjectNode next = withNextVersion(object);
            if (key.type().durable()) {
                onDisk(() -> folder.write(key, next));
            }
            ObjectNode before = objects.put(key, next);
            uids.add(Json.uid(next));
            watches.publish(new Change(key, before, next, next));
            return next;
        });
    }

    /** Removes the object, and returns it as watchers see it last. */
    ObjectNode remove(ObjectKey key) {
        return atomically(() -> {
            ObjectNode before = get(key);
            ObjectNode last = withNextVersion(before);
            if (key.type().durable()) {
                onDisk(() -> folder.delete(key));
            }
            objects.remove(key);
            uids.remove(Json.uid(before));
            watches.publish(new Change(key, before, null, last));
            return last;
        });
    }

    private ObjectNode withNextVersion(ObjectNode object) {
        if (latest == reserved) {
            onDisk(() -> folder.reserve(reserved + RESERVATION));
            reserved += RESERVATION;
        }
        latest++;
        ObjectNode next = object.deepCopy();
        Json.metadata(next).put("resourceVersion", Long.toString(latest));
        return next;
    }

    private interface DiskWork {
        void run() throws IOException;
    }

    private static void onDisk(DiskWork work) {
        try {
            work.run();
        } catch (IOException e) {
            throw ApiFailure.internal("the change could not be stored: " + e.getMessage());
        }
    }
}

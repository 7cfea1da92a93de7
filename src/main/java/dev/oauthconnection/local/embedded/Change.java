package dev.oauthconnection.local.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What happened to one object.
 *
 * @param before null where the object was made
 * @param after null where it was removed
 * @param last the object as it was last, with the resourceVersion of this change
 */
record Change(
        ObjectKey key,
        @Nullable ObjectNode before,
        @Nullable ObjectNode after,
        ObjectNode last) {

    /** What a watch reports. */
    record Event(String type, ObjectNode object) {}

    static Change added(ObjectKey key, ObjectNode object) {
        return new Change(key, null, object, object);
    }

    long resourceVersion() {
        return Json.resourceVersion(last);
    }

    /**
     * The change as a watcher with that filter sees it: an object that no longer passes is deleted to it, and shown as it was when it
     * passed, as in Kubernetes. Null: it sees nothing.
     */
    @Nullable
    Event seenThrough(Predicate<ObjectNode> filter) {
        boolean was = before != null && filter.test(before);
        boolean is = after != null && filter.test(after);
        if (before != null && was && after != null && !is) {
            ObjectNode passed = before.deepCopy();
            Json.metadata(passed)
                    .put(
                            "resourceVersion",
                            last.path("metadata").path("resourceVersion").asText());
            return new Event("DELETED", passed);
        }
        if (was) {
            return new Event(is ? "MODIFIED" : "DELETED", last);
        }
        return is ? new Event("ADDED", last) : null;
    }
}

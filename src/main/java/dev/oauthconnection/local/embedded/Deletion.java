package dev.oauthconnection.local.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * How objects go: by request, when the last finalizer is taken off, when the last owner is gone, or with their namespace. Called under
 * the store's lock.
 */
final class Deletion {
    /** DeleteOptions, as far as they are honoured: empty means not given. Foreground deletion is done in the background. */
    record Options(String uid, String resourceVersion, boolean orphan) {
        static final Options NONE = new Options("", "", false);

        static Options of(ObjectNode body, String propagationPolicy) {
            JsonNode preconditions = body.path("preconditions");
            String policy = body.path("propagationPolicy").asText(propagationPolicy);
            return new Options(
                    preconditions.path("uid").asText(""),
                    preconditions.path("resourceVersion").asText(""),
                    policy.equals("Orphan") || body.path("orphanDependents").asBoolean(false));
        }
    }

    private final ObjectStore store;
    private final Admission admission;

    Deletion(ObjectStore store, Admission admission) {
        this.store = store;
        this.admission = admission;
    }

    /** The object while it waits for finalizers (or its namespace's content); empty if it is gone. */
    Optional<ObjectNode> delete(ObjectKey key, Options options) {
        ObjectNode current = store.get(key);
        require(key, "uid", options.uid(), current);
        require(key, "resourceVersion", options.resourceVersion(), current);
        if (options.orphan()) {
            orphanDependents(Json.uid(current));
        }
        if (key.type().equals(ResourceType.NAMESPACES)) {
            return deleteNamespace(key, current);
        }
        if (isHeld(current)) {
            return Optional.of(Json.isDeleting(current) ? current : store.put(key, admission.deleting(key, current)));
        }
        remove(key);
        return Optional.empty();
    }

    /** Removes an object that nothing holds, and what goes with it. */
    void remove(ObjectKey key) {
        ObjectNode last = store.remove(key);
        collectDependents(Json.uid(last));
        ObjectKey namespace = ObjectKey.namespace(key.namespace());
        if (store.find(namespace).filter(Json::isDeleting).isPresent() && isEmpty(key.namespace())) {
            remove(namespace);
        }
    }

    /** Finishes what a crash cut short between an owner or a namespace and what goes with it. */
    void resume() {
        store.select(entry -> isOrphan(entry.getValue())).keySet().forEach(this::deleteIfThere);
        store.select(entry ->
                        entry.getKey().type().equals(ResourceType.NAMESPACES) && Json.isDeleting(entry.getValue()))
                .forEach(this::deleteNamespace);
    }

    /** Whether it names owners and none of them exists (any more). */
    boolean isOrphan(ObjectNode object) {
        JsonNode owners = object.path("metadata").path("ownerReferences");
        return !owners.isEmpty()
                && StreamSupport.stream(owners.spliterator(), false)
                        .noneMatch(owner -> store.hasUid(owner.path("uid").asText()));
    }

    static boolean isHeld(ObjectNode object) {
        return !object.path("metadata").path("finalizers").isEmpty();
    }

    private Optional<ObjectNode> deleteNamespace(ObjectKey key, ObjectNode current) {
        if (!Json.isDeleting(current)) {
            ObjectNode terminating = admission.deleting(key, current);
            terminating.withObjectProperty("status").put("phase", "Terminating");
            store.put(key, terminating);
        }
        store.select(entry -> entry.getKey().namespace().equals(key.name()))
                .keySet()
                .forEach(this::deleteIfThere);
        if (isEmpty(key.name()) && store.find(key).isPresent()) {
            remove(key);
        }
        return store.find(key);
    }

    private boolean isEmpty(String namespace) {
        return store.select(entry -> entry.getKey().namespace().equals(namespace))
                .isEmpty();
    }

    private void collectDependents(String uid) {
        store.select(entry -> owner(entry.getValue(), uid).isPresent() && isOrphan(entry.getValue()))
                .keySet()
                .forEach(this::deleteIfThere);
    }

    /** One that went together with another is no longer there. */
    private void deleteIfThere(ObjectKey key) {
        if (store.find(key).isPresent()) {
            delete(key, Options.NONE);
        }
    }

    private void orphanDependents(String uid) {
        store.select(entry -> owner(entry.getValue(), uid).isPresent()).forEach((key, object) -> {
            ObjectNode next = object.deepCopy();
            ArrayNode owners = Json.metadata(next).withArrayProperty("ownerReferences");
            owners.removeIf(owner -> owner.path("uid").asText().equals(uid));
            if (owners.isEmpty()) {
                Json.metadata(next).remove("ownerReferences");
            }
            store.put(key, next);
        });
    }

    private static Optional<JsonNode> owner(ObjectNode object, String uid) {
        return StreamSupport.stream(
                        object.path("metadata").path("ownerReferences").spliterator(), false)
                .filter(owner -> owner.path("uid").asText().equals(uid))
                .findFirst();
    }

    private static void require(ObjectKey key, String field, String expected, ObjectNode current) {
        if (!expected.isEmpty()
                && !expected.equals(current.path("metadata").path(field).asText())) {
            throw ApiFailure.conflict(key, "the precondition on " + field + " does not hold");
        }
    }
}

package dev.oauthconnection.local.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Every change that a client can ask for, each as one step: read, check, store. A dry run goes as far as the check. */
final class Writes {
    private static final String SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    private final ObjectStore store;
    private final Admission admission;
    private final Deletion deletion;
    private final SecureRandom random = new SecureRandom();

    Writes(ObjectStore store, Admission admission) {
        this.store = store;
        this.admission = admission;
        this.deletion = new Deletion(store, admission);
    }

    /** What a write left: the object, and whether this request made it. */
    record Written(ObjectNode object, boolean created) {}

    /** Creates the object; an empty name in the key means {@code metadata.generateName}. */
    Written create(ObjectKey requested, ObjectNode object, boolean dryRun) {
        return store.atomically(() -> {
            ObjectKey key = named(requested, object);
            if (!key.isValid()) {
                throw ApiFailure.invalid(
                        key, "metadata.name: must be a lowercase RFC 1123 subdomain of at most 250 characters");
            }
            requireLivingNamespace(key);
            if (store.find(key).isPresent()) {
                throw ApiFailure.alreadyExists(key);
            }
            ObjectNode admitted = admission.created(key, object.deepCopy());
            if (dryRun) {
                return new Written(admitted, true);
            }
            ObjectNode stored = store.put(key, admitted);
            if (deletion.isOrphan(stored)) {
                deletion.delete(key, Deletion.Options.NONE);
            }
            return new Written(stored, true);
        });
    }

    /** Changes the object; one that the edit leaves as it was is not written, and watchers hear nothing. */
    Written update(ObjectKey key, Admission.Part part, UnaryOperator<ObjectNode> edit, boolean dryRun) {
        return store.atomically(() -> {
            ObjectNode current = store.get(key);
            ObjectNode next =
                    admission.updated(key, part, current, edit.apply(current).deepCopy());
            if (next.equals(current) || dryRun) {
                return new Written(next, false);
            }
            if (Json.isDeleting(next) && !Deletion.isHeld(next) && !key.type().equals(ResourceType.NAMESPACES)) {
                // The last finalizer is gone; watchers see the object without it, then its end.
                ObjectNode last = store.put(key, next);
                deletion.remove(key);
                return new Written(last, false);
            }
            return new Written(store.put(key, next), false);
        });
    }

    /** Server-side apply: an object that is not there is created, but not by its status. */
    Written apply(ObjectKey key, Admission.Part part, ObjectNode applied, String manager, boolean dryRun) {
        return store.atomically(() -> {
            ServerSideApply apply = new ServerSideApply(key, part, manager, admission.now());
            if (part == Admission.Part.STATUS || store.find(key).isPresent()) {
                return update(key, part, current -> apply.apply(current, applied), dryRun);
            }
            if (applied.path("metadata").hasNonNull("uid")) {
                throw ApiFailure.conflict(key, "the object with that uid does not exist (any more)");
            }
            return create(key, apply.apply(Json.object(), applied), dryRun);
        });
    }

    /** The object while it waits for its finalizers; empty if it is gone. */
    Optional<ObjectNode> delete(ObjectKey key, Deletion.Options options, boolean dryRun) {
        return store.atomically(() -> dryRun ? Optional.of(store.get(key)) : deletion.delete(key, options));
    }

    /** Finishes deletions that a crash cut short. */
    void resumeDeletions() {
        store.atomically(() -> {
            deletion.resume();
            return true;
        });
    }

    private ObjectKey named(ObjectKey key, ObjectNode object) {
        String prefix = object.path("metadata").path("generateName").asText("");
        if (!key.name().isEmpty() || prefix.isEmpty()) {
            return key;
        }
        String suffix = random.ints(5, 0, SUFFIX_LETTERS.length())
                .mapToObj(i -> SUFFIX_LETTERS.substring(i, i + 1))
                .collect(Collectors.joining());
        return new ObjectKey(key.type(), key.namespace(), prefix + suffix);
    }

    private void requireLivingNamespace(ObjectKey key) {
        if (key.type().namespaced() && Json.isDeleting(store.get(ObjectKey.namespace(key.namespace())))) {
            throw ApiFailure.forbidden(
                    "unable to create new content in namespace " + key.namespace() + " because it is being terminated");
        }
    }
}

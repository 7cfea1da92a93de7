package dev.oauthconnection.local.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What becomes of an object that a client sent: which fields are the server's own, and what may not change. Pure but for clock and uid. */
final class Admission {
    /** Which part of an object a request may change. */
    enum Part {
        MAIN,
        STATUS
    }

    private static final List<String> SERVER_OWNED =
            List.of("uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds");
    /** Kubernetes does not tell an empty one of these from an absent one. */
    private static final List<String> EMPTY_IS_ABSENT =
            List.of("labels", "annotations", "finalizers", "ownerReferences", "managedFields");

    private final InstantSource clock;

    Admission(InstantSource clock) {
        this.clock = clock;
    }

    /** The object as it is created; the argument is a copy of the caller's. */
    ObjectNode created(ObjectKey key, ObjectNode object) {
        ObjectNode metadata = Json.metadata(object);
        if (metadata.hasNonNull("resourceVersion")) {
            throw ApiFailure.badRequest("resourceVersion should not be set on objects to be created");
        }
        SERVER_OWNED.forEach(metadata::remove);
        metadata.put("name", key.name());
        if (!key.namespace().isEmpty()) {
            metadata.put("namespace", key.namespace());
        }
        metadata.put("uid", UUID.randomUUID().toString());
        metadata.put("creationTimestamp", now());
        if (key.type().custom()) {
            metadata.put("generation", 1);
        }
        if (key.type().status()) {
            object.remove("status");
        }
        normalize(key, object);
        return object;
    }

    /** The object as it is after a change; {@code proposed} is a copy that the client changed as it liked. */
    ObjectNode updated(ObjectKey key, Part part, ObjectNode current, ObjectNode proposed) {
        requireUnchanged(key, "uid", current, proposed);
        requireUnchanged(key, "resourceVersion", current, proposed);
        ObjectNode next = part == Part.STATUS ? statusOf(current, proposed) : mainOf(key, current, proposed);
        normalize(key, next);
        if (key.type().custom() && !specification(next).equals(specification(current))) {
            raiseGeneration(next);
        }
        return next;
    }

    /** The object as it waits for its finalizers; its generation rises, as in Kubernetes. */
    ObjectNode deleting(ObjectKey key, ObjectNode current) {
        ObjectNode next = current.deepCopy();
        Json.metadata(next).put("deletionTimestamp", now()).put("deletionGracePeriodSeconds", 0);
        if (key.type().custom()) {
            raiseGeneration(next);
        }
        return next;
    }

    String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static ObjectNode statusOf(ObjectNode current, ObjectNode proposed) {
        ObjectNode next = current.deepCopy();
        copy("status", proposed, next);
        copy("managedFields", Json.metadata(proposed), Json.metadata(next));
        return next;
    }

    private static ObjectNode mainOf(ObjectKey key, ObjectNode current, ObjectNode proposed) {
        ObjectNode metadata = Json.metadata(proposed);
        ObjectNode before = Json.metadata(current.deepCopy());
        metadata.put("name", key.name());
        copy("namespace", before, metadata);
        copy("resourceVersion", before, metadata);
        SERVER_OWNED.forEach(field -> copy(field, before, metadata));
        if (key.type().status()) {
            copy("status", current, proposed);
        }
        requireNoNewFinalizer(key, current, proposed);
        if (key.type().equals(ResourceType.SECRETS)
                && proposed.has("type")
                && !proposed.path("type").equals(current.path("type"))) {
            throw ApiFailure.invalid(key, "type: field is immutable; delete the Secret and create it again");
        }
        return proposed;
    }

    private static void copy(String field, ObjectNode from, ObjectNode to) {
        if (from.has(field)) {
            to.set(field, from.get(field));
        } else {
            to.remove(field);
        }
    }

    private static void requireUnchanged(ObjectKey key, String field, ObjectNode current, ObjectNode proposed) {
        String sent = proposed.path("metadata").path(field).asText("");
        if (!sent.isEmpty() && !sent.equals(current.path("metadata").path(field).asText())) {
            throw ApiFailure.conflict(
                    key,
                    field.equals("uid")
                            ? "the object with that uid was deleted; another one has its name"
                            : "the object has been modified; please apply your changes to the latest version");
        }
    }

    private static void requireNoNewFinalizer(ObjectKey key, ObjectNode current, ObjectNode proposed) {
        if (Json.isDeleting(current)) {
            Set<JsonNode> added = new HashSet<>();
            proposed.path("metadata").path("finalizers").forEach(added::add);
            current.path("metadata").path("finalizers").forEach(added::remove);
            if (!added.isEmpty()) {
                throw ApiFailure.invalid(key, "no new finalizers can be added if the object is being deleted");
            }
        }
    }

    private static void normalize(ObjectKey key, ObjectNode object) {
        object.put("apiVersion", key.type().apiVersion()).put("kind", key.type().kind());
        Json.dropNulls(object);
        ObjectNode metadata = Json.metadata(object);
        EMPTY_IS_ABSENT.stream().filter(field -> metadata.path(field).isEmpty()).forEach(metadata::remove);
        if (key.type().equals(ResourceType.SECRETS)) {
            normalizeSecret(key, object);
        }
    }

    private static void normalizeSecret(ObjectKey key, ObjectNode secret) {
        if (!secret.has("type")) {
            secret.put("type", "Opaque");
        }
        JsonNode plain = secret.remove("stringData");
        if (plain != null && !plain.isEmpty()) {
            ObjectNode data = secret.withObjectProperty("data");
            plain.properties()
                    .forEach(entry ->
                            data.put(entry.getKey(), base64(entry.getValue().asText())));
        }
        for (JsonNode value : secret.path("data")) {
            try {
                Base64.getDecoder().decode(value.asText());
            } catch (IllegalArgumentException e) {
                throw ApiFailure.invalid(key, "data: a value is not base64; plain text goes into stringData");
            }
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What a user declares: everything but metadata and status. */
    private static ObjectNode specification(ObjectNode object) {
        ObjectNode specification = Json.object();
        specification.setAll(object);
        return specification.remove(List.of("metadata", "status"));
    }

    private static void raiseGeneration(ObjectNode object) {
        ObjectNode metadata = Json.metadata(object);
        metadata.put("generation", metadata.path("generation").asLong() + 1);
    }
}

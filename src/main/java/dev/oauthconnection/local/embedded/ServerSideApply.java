package dev.oauthconnection.local.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Server-side apply: a manager says what it wants, in full; what it said before and says no longer goes away, unless another manager
 * applied it too. Fields of lists are not told apart (a list belongs to one manager), but for finalizers and owner references, which
 * are sets. Every apply is treated as forced: the last one wins.
 */
final class ServerSideApply {
    private static final Set<String> NOT_OWNED = Set.of("apiVersion", "kind");
    private static final Set<String> METADATA_OWNED = Set.of("labels", "annotations", "finalizers", "ownerReferences");
    private static final Set<String> SETS = Set.of("finalizers", "ownerReferences");

    private final ObjectKey key;
    private final Admission.Part part;
    private final String manager;
    private final String now;

    ServerSideApply(ObjectKey key, Admission.Part part, String manager, String now) {
        if (manager.isEmpty()) {
            throw ApiFailure.badRequest("fieldManager is required for apply");
        }
        this.key = key;
        this.part = part;
        this.manager = manager;
        this.now = now;
    }

    /** The object after the apply. Equal to the current one if nothing but the time would change. */
    ObjectNode apply(ObjectNode current, ObjectNode applied) {
        ObjectNode wanted = relevant(applied);
        ObjectNode fields = fields(wanted);
        ObjectNode next = current.deepCopy();
        ArrayNode entries = Json.metadata(next).withArrayProperty("managedFields");
        int mine = indexOfMine(entries);
        if (mine >= 0) {
            List<ObjectNode> others = new ArrayList<>();
            for (int i = 0; i < entries.size(); i++) {
                if (i != mine && entries.get(i).path("fieldsV1") instanceof ObjectNode owned) {
                    others.add(owned);
                }
            }
            if (entries.get(mine).path("fieldsV1") instanceof ObjectNode before) {
                removeAbandoned(next, before, fields, others);
            }
        }
        merge(next, wanted);
        carryPreconditions(applied, next);
        record(entries, mine, fields);
        if (mine >= 0 && next.equals(current)) {
            return next;
        }
        ((ObjectNode) entries.get(mine >= 0 ? mine : entries.size() - 1)).put("time", now);
        return next;
    }

    /** What of the sent object the manager can own in this part. */
    private ObjectNode relevant(ObjectNode applied) {
        ObjectNode wanted = applied.deepCopy();
        Json.dropNulls(wanted);
        NOT_OWNED.forEach(wanted::remove);
        if (part == Admission.Part.STATUS) {
            return wanted.retain("status");
        }
        if (key.type().status()) {
            wanted.remove("status");
        }
        if (wanted.get("metadata") instanceof ObjectNode metadata) {
            metadata.retain(METADATA_OWNED);
            if (metadata.isEmpty()) {
                wanted.remove("metadata");
            }
        }
        return wanted;
    }

    private static void carryPreconditions(ObjectNode applied, ObjectNode next) {
        for (String field : List.of("uid", "resourceVersion")) {
            if (applied.path("metadata").hasNonNull(field)) {
                Json.metadata(next).set(field, applied.path("metadata").get(field));
            }
        }
    }

    private int indexOfMine(ArrayNode entries) {
        for (int i = 0; i < entries.size(); i++) {
            JsonNode entry = entries.get(i);
            if (entry.path("manager").asText().equals(manager)
                    && entry.path("operation").asText().equals("Apply")
                    && entry.path("subresource").asText().equals(subresource())) {
                return i;
            }
        }
        return -1;
    }

    private void record(ArrayNode entries, int mine, ObjectNode fields) {
        if (mine >= 0) {
            ((ObjectNode) entries.get(mine)).set("fieldsV1", fields);
            return;
        }
        ObjectNode entry = entries.addObject()
                .put("manager", manager)
                .put("operation", "Apply")
                .put("apiVersion", key.type().apiVersion())
                .put("time", now)
                .put("fieldsType", "FieldsV1");
        entry.set("fieldsV1", fields);
        if (!subresource().isEmpty()) {
            entry.put("subresource", subresource());
        }
    }

    private String subresource() {
        return part == Admission.Part.STATUS ? "status" : "";
    }

    /** The fields of an object in the form of {@code managedFields}: {@code f:<name>} and, for members of sets, {@code v:<value>}. */
    private static ObjectNode fields(ObjectNode object) {
        ObjectNode fields = Json.object();
        object.properties().forEach(field -> {
            ObjectNode below = fields.putObject("f:" + field.getKey());
            if (field.getValue() instanceof ObjectNode nested) {
                below.setAll(fields(nested));
            } else if (SETS.contains(field.getKey()) && field.getValue() instanceof ArrayNode members) {
                members.forEach(member -> below.putObject("v:" + member));
            }
        });
        return fields;
    }

    private static void removeAbandoned(
            ObjectNode object, ObjectNode before, ObjectNode after, List<ObjectNode> others) {
        before.properties().forEach(entry -> {
            String field = entry.getKey();
            String name = field.substring(2);
            List<ObjectNode> others2 = below(others, field);
            boolean kept = after.has(field);
            ObjectNode owned = (ObjectNode) entry.getValue();
            if (owned.isEmpty()) {
                if (!kept && others2.isEmpty()) {
                    object.remove(name);
                }
                return;
            }
            ObjectNode now = after.get(field) instanceof ObjectNode still ? still : Json.object();
            if (object.get(name) instanceof ObjectNode nested) {
                removeAbandoned(nested, owned, now, others2);
            } else if (object.get(name) instanceof ArrayNode members) {
                members.removeIf(member -> owned.has("v:" + member)
                        && !now.has("v:" + member)
                        && below(others2, "v:" + member).isEmpty());
            }
            if (!kept && object.path(name).isEmpty()) {
                object.remove(name);
            }
        });
    }

    private static List<ObjectNode> below(List<ObjectNode> owners, String field) {
        return owners.stream()
                .filter(owned -> owned.has(field))
                .map(owned -> (ObjectNode) owned.get(field))
                .toList();
    }

    private static void merge(ObjectNode target, ObjectNode wanted) {
        wanted.properties().forEach(field -> {
            String name = field.getKey();
            JsonNode value = field.getValue();
            if (value instanceof ObjectNode nested && target.get(name) instanceof ObjectNode present) {
                merge(present, nested);
            } else if (SETS.contains(name) && target.get(name) instanceof ArrayNode present) {
                List<JsonNode> members = new ArrayList<>();
                present.forEach(members::add);
                value.forEach(member -> {
                    if (!members.contains(member)) {
                        present.add(member);
                    }
                });
            } else {
                target.set(name, value);
            }
        });
    }
}

package dev.oauthconnection.local.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.JsonPatch;
import io.fabric8.zjsonpatch.JsonPatchException;

/** The two standard patches. Both leave their arguments as they are and return a new object. */
final class Patches {
    private Patches() {}

    /** RFC 6902. */
    static ObjectNode json(ObjectKey key, ObjectNode current, JsonNode operations) {
        try {
            if (JsonPatch.apply(operations, current.deepCopy()) instanceof ObjectNode patched) {
                return patched;
            }
        } catch (JsonPatchException e) {
            // The library's message may quote a value.
            throw ApiFailure.invalid(key, "the JSON patch does not fit the object, or its test failed");
        }
        throw ApiFailure.invalid(key, "the JSON patch leaves no object");
    }

    /** RFC 7386: objects are merged, null removes, everything else replaces. */
    static ObjectNode merge(ObjectNode current, ObjectNode patch) {
        ObjectNode merged = current.deepCopy();
        patch.properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (value.isNull()) {
                merged.remove(field.getKey());
            } else if (value instanceof ObjectNode nested) {
                ObjectNode before = merged.get(field.getKey()) instanceof ObjectNode object ? object : Json.object();
                merged.set(field.getKey(), merge(before, nested));
            } else {
                merged.set(field.getKey(), value.deepCopy());
            }
        });
        return merged;
    }
}

package dev.oauthconnection.local.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.Iterator;

/** How objects are read and written. A stored {@link ObjectNode} is never changed: every change starts with a copy. */
final class Json {
    /**
     * Writes ASCII only: the Fabric8 client decodes a streamed watch buffer by buffer, and a character of several bytes that lies
     * across two buffers, or is shorter decoded than encoded, would reach it broken. Errors never quote what was read: it may be a
     * Secret.
     */
    static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build());

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree can always be written", e);
        }
    }

    /** Reads JSON, or YAML where the text does not begin as JSON does. */
    static JsonNode parse(byte[] body) {
        try {
            JsonNode node = (looksLikeJson(body) ? MAPPER : YAML).readTree(body);
            if (node == null || node.isMissingNode()) {
                throw ApiFailure.badRequest("the body is empty: send one object");
            }
            return node;
        } catch (IOException e) {
            throw ApiFailure.badRequest("the body is neither JSON nor YAML");
        }
    }

    static ObjectNode parseObject(byte[] body) {
        if (parse(body) instanceof ObjectNode object) {
            return object;
        }
        throw ApiFailure.badRequest("the body must be one object");
    }

    static ObjectNode metadata(ObjectNode object) {
        return object.withObjectProperty("metadata");
    }

    static String uid(ObjectNode object) {
        return object.path("metadata").path("uid").asText();
    }

    static long resourceVersion(ObjectNode object) {
        return object.path("metadata").path("resourceVersion").asLong();
    }

    static boolean isDeleting(ObjectNode object) {
        return object.path("metadata").has("deletionTimestamp");
    }

    /** Takes out explicit nulls, which mean the same as an absent field. */
    static void dropNulls(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().removeIf(field -> field.getValue().isNull());
        }
        for (Iterator<JsonNode> children = node.elements(); children.hasNext(); ) {
            dropNulls(children.next());
        }
    }

    private static boolean looksLikeJson(byte[] body) {
        for (byte b : body) {
            if (!Character.isWhitespace(b)) {
                return b == '{' || b == '[';
            }
        }
        return true;
    }
}

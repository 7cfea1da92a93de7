package dev.oauthconnection.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Manifests as objects, each by its kind, namespace and name. */
record Rendered(Map<String, JsonNode> objects) {
    /** What only Helm writes: which chart an object is from, and that Helm manages it. */
    private static final List<String> LABELS_OF_HELM = List.of("helm.sh/chart", "app.kubernetes.io/managed-by");

    static Rendered of(String yaml) {
        Map<String, JsonNode> objects = new TreeMap<>();
        YAMLFactory factory = new YAMLFactory();
        try (var documents =
                new ObjectMapper(factory).readerFor(JsonNode.class).<JsonNode>readValues(factory.createParser(yaml))) {
            while (documents.hasNext()) {
                JsonNode object = documents.next();
                if (object.isObject()) {
                    objects.put(key(object), object);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Rendered(objects);
    }

    private static String key(JsonNode object) {
        JsonNode metadata = object.path("metadata");
        return object.path("kind").asText() + " "
                + metadata.path("namespace").asText() + "/"
                + metadata.path("name").asText();
    }

    Rendered without(Predicate<String> key) {
        Map<String, JsonNode> rest = new TreeMap<>(objects);
        rest.keySet().removeIf(key);
        return new Rendered(rest);
    }

    Rendered withoutLabelsOfHelm() {
        objects.values()
                .forEach(object -> ((ObjectNode) object.path("metadata").path("labels")).remove(LABELS_OF_HELM));
        return this;
    }

    JsonNode get(String key) {
        JsonNode object = objects.get(key);
        if (object == null) {
            throw new AssertionError("no " + key + " among " + objects.keySet());
        }
        return object;
    }
}

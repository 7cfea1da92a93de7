package dev.oauthconnection.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.oauthconnection.api.Names;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether the cluster's CRDs have every field that this operator knows. An older one would drop fields of the status as they are written,
 * and refuse what the documentation says. The published OpenAPI document is compared, which every authenticated user may read.
 */
public final class CrdCheck {
    private static final String PUBLISHED = "/openapi/v3/apis/" + Names.GROUP + "/" + Names.VERSION;
    private static final String WHAT_TO_DO = ": kubectl apply --server-side -k crds";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** What each CRD of this operator is called, in the cluster and in its jar. */
    private static final List<String> FILES = List.of("oauthconnections.yaml", "clusteroauthproviders.yaml");

    private final KubernetesClient client;

    public CrdCheck(KubernetesClient client) {
        this.client = client;
    }

    /**
     * How the cluster's CRDs compare.
     *
     * @param missing fields that this operator knows and the cluster does not; the kind alone where there is no such CRD
     * @param unknown fields that the cluster knows and this operator does not
     */
    public record Comparison(Set<String> missing, Set<String> unknown) {
        /** Why the operator cannot work with them, and what to do; empty when it can. */
        public Optional<String> problem() {
            if (missing.isEmpty()) {
                return Optional.empty();
            }
            List<String> kinds =
                    missing.stream().filter(field -> !field.contains(".")).toList();
            return Optional.of(
                    kinds.isEmpty()
                            ? "the CRDs are older than the operator, they lack " + String.join(", ", missing)
                                    + WHAT_TO_DO
                            : "the CRDs are missing for " + String.join(", ", kinds) + WHAT_TO_DO);
        }
    }

    /** Asks the API server. */
    public Comparison compare() {
        String text = client.raw(PUBLISHED);
        try {
            JsonNode schemas = text == null
                    ? JSON.createObjectNode()
                    : JSON.readTree(text).path("components").path("schemas");
            Set<String> missing = new TreeSet<>();
            Set<String> unknown = new TreeSet<>();
            for (String file : FILES) {
                JsonNode crd = packed(file).path("spec");
                String kind = crd.path("names").path("kind").asText();
                JsonNode published = ofKind(kind, schemas);
                if (published == null) {
                    missing.add(kind);
                    continue;
                }
                Set<String> known = fields(kind, crd.at("/versions/0/schema/openAPIV3Schema"));
                Set<String> there = fields(kind, published);
                known.stream().filter(field -> !there.contains(field)).forEach(missing::add);
                there.stream().filter(field -> !known.contains(field)).forEach(unknown::add);
            }
            return new Comparison(missing, unknown);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode packed(String file) throws IOException {
        try (InputStream crd = CrdCheck.class.getResourceAsStream("/crds/" + file)) {
            if (crd == null) {
                throw new IllegalStateException("the jar has no crds/" + file);
            }
            return YAML.readTree(crd);
        }
    }

    private static @org.jspecify.annotations.Nullable JsonNode ofKind(String kind, JsonNode schemas) {
        for (JsonNode schema : schemas) {
            for (JsonNode version : schema.path("x-kubernetes-group-version-kind")) {
                if (version.path("kind").asText().equals(kind)
                        && schema.path("properties").has("spec")) {
                    return schema;
                }
            }
        }
        return null;
    }

    /** The paths of all fields and enumerated values under spec and status; what is around them is Kubernetes' own. */
    private static Set<String> fields(String kind, JsonNode schema) {
        Set<String> fields = new TreeSet<>();
        for (String part : List.of("spec", "status")) {
            collect(kind + "." + part, schema.path("properties").path(part), fields);
        }
        return fields;
    }

    private static void collect(String path, JsonNode schema, Set<String> fields) {
        schema.path("properties").properties().forEach(property -> {
            String field = path + "." + property.getKey();
            fields.add(field);
            collect(field, property.getValue(), fields);
        });
        schema.path("enum").forEach(value -> fields.add(path + "=" + value.asText()));
        collectWithin(path, schema.path("items"), fields);
        collectWithin(path, schema.path("additionalProperties"), fields);
    }

    private static void collectWithin(String path, JsonNode schema, Set<String> fields) {
        if (schema.isObject()) {
            collect(path + "[]", schema, fields);
        }
    }
}

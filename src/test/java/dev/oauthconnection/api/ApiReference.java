package dev.oauthconnection.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionNames;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes docs/api.md from the CustomResourceDefinitions, and docs/reasons.md from {@link Reason}. */
final class ApiReference {
    private ApiReference() {}

    static String ofFields() {
        StringBuilder page = new StringBuilder("""
                # API reference

                <!-- Generated from the CustomResourceDefinitions. Bring it up to date with: mvn -q test -Dtest=ReferenceTest -Dregenerate -->

                API version: `%s/%s`. `kubectl explain oauthconnection.spec` says the same in the cluster.
                How this version becomes v1 is in [api-versions.md](api-versions.md); the reasons of conditions are in [reasons.md](reasons.md).
                """.formatted(Names.GROUP, Names.VERSION));
        Crds.definitions().forEach(crd -> append(crd, page));
        return page.toString();
    }

    static String ofReasons() {
        StringBuilder page = new StringBuilder("""
                # Reasons

                <!-- Generated from the enum Reason. Bring it up to date with: mvn -q test -Dtest=ReferenceTest -Dregenerate -->

                The reason of a condition says why a connection is in the state it is in; the condition's message has the particulars.
                `kubectl get oauthconnections` shows the reason of Ready.
                """);
        for (Reason reason : Reason.values()) {
            page.append("""

                    ## %s
                    %s

                    **What to do:** %s
                    """.formatted(reason, text(reason.meaning()), text(reason.action())));
        }
        return page.toString();
    }

    private static void append(CustomResourceDefinition crd, StringBuilder page) {
        CustomResourceDefinitionNames names = crd.getSpec().getNames();
        JSONSchemaProps schema =
                crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
        page.append("""

                ## %s

                %s

                %s. Short names: %s. Category: %s.
                """.formatted(
                        names.getKind(),
                        text(schema.getDescription()),
                        crd.getSpec().getScope().equals("Cluster") ? "Cluster-wide" : "In a namespace",
                        code(names.getShortNames()),
                        code(names.getCategories())));
        for (String part : new String[] {"spec", "status"}) {
            JSONSchemaProps object = schema.getProperties().get(part);
            if (object != null) {
                page.append("\n### %s\n\n%s\n\n| field | type | |\n|---|---|---|\n"
                        .formatted(part, text(object.getDescription())));
                appendFields(part, object, page);
            }
        }
        appendRules(schema, page);
    }

    private static void appendFields(String path, JSONSchemaProps object, StringBuilder page) {
        if (object.getProperties() == null) {
            return;
        }
        new TreeMap<>(object.getProperties()).forEach((name, field) -> {
            String fieldPath = path + "." + name;
            boolean required =
                    object.getRequired() != null && object.getRequired().contains(name);
            page.append("| `%s`%s | %s | %s |\n"
                    .formatted(fieldPath, required ? " (required)" : "", type(field), text(field.getDescription())));
            appendFields(fieldPath, field, page);
            if (field.getItems() != null) {
                appendFields(fieldPath + "[]", field.getItems().getSchema(), page);
            }
        });
    }

    private static String type(JSONSchemaProps field) {
        if (field.getEnum() != null && !field.getEnum().isEmpty()) {
            return field.getEnum().stream()
                    .map(JsonNode::textValue)
                    .map(it -> "`" + it + "`")
                    .collect(Collectors.joining(", "));
        }
        return switch (field.getType()) {
            case "array" -> "list of " + type(field.getItems().getSchema()) + "s";
            case "object" -> field.getAdditionalProperties() == null ? "object" : "map of strings";
            case "string" -> "date-time".equals(field.getFormat()) ? "time" : "string";
            default -> field.getType();
        };
    }

    /** The messages of the rules, each with the fields that it is about. */
    private static void appendRules(JSONSchemaProps schema, StringBuilder page) {
        Map<String, String> fieldsByMessage = new LinkedHashMap<>();
        collectRules("", schema, fieldsByMessage);
        page.append("\n### What is refused\n\n| where | message |\n|---|---|\n");
        fieldsByMessage.forEach((message, fields) -> page.append("| %s | %s |\n".formatted(fields, text(message))));
    }

    private static void collectRules(String path, JSONSchemaProps schema, Map<String, String> fieldsByMessage) {
        if (schema.getXKubernetesValidations() != null) {
            for (ValidationRule rule : schema.getXKubernetesValidations()) {
                String field = path.isEmpty() ? "the object" : "`" + path + "`";
                fieldsByMessage.merge(rule.getMessage(), field, (before, more) -> before + ", " + more);
            }
        }
        if (schema.getProperties() != null) {
            new TreeMap<>(schema.getProperties())
                    .forEach((name, field) ->
                            collectRules(path.isEmpty() ? name : path + "." + name, field, fieldsByMessage));
        }
    }

    private static String code(Iterable<String> names) {
        StringBuilder list = new StringBuilder();
        names.forEach(
                name -> list.append(list.isEmpty() ? "`" : ", `").append(name).append('`'));
        return list.toString();
    }

    /** For a cell of a Markdown table. */
    private static String text(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*");
    }
}

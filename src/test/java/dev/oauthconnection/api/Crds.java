package dev.oauthconnection.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Makes the CustomResourceDefinitions from the records of this package. */
public final class Crds {
    private static final List<Class<? extends HasMetadata>> KINDS =
            List.of(OAuthConnection.class, ClusterOAuthProvider.class);

    private static final YAMLMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .build());

    private Crds() {}

    /** The definitions, in the order in which the documentation names them. */
    public static List<CustomResourceDefinition> definitions() {
        return KINDS.stream().map(Crds::definition).toList();
    }

    /** Each definition as YAML, by the name of its file in crds/. */
    static Map<String, String> files() {
        Map<String, String> files = new TreeMap<>();
        for (Class<? extends HasMetadata> kind : KINDS) {
            files.put(HasMetadata.getPlural(kind) + ".yaml", yaml(kind));
        }
        return files;
    }

    /** The schema of a field. */
    static JSONSchemaProps field(JSONSchemaProps object, String name) {
        return Objects.requireNonNull(object.getProperties().get(name), name);
    }

    private static CustomResourceDefinition definition(Class<? extends HasMetadata> kind) {
        return Serialization.unmarshal(yaml(kind), CustomResourceDefinition.class);
    }

    private static String yaml(Class<? extends HasMetadata> kind) {
        ByteArrayOutputStream yaml = new ByteArrayOutputStream();
        new CRDGenerator()
                .customResourceClasses(List.of(kind))
                .forCRDVersions("v1")
                .withMinQuotes(false)
                .withPostProcessor(new Finish(kind))
                .withOutput(new SingleOutput(yaml))
                .generate();
        return "# Generated from the records in dev.oauthconnection.api. Bring it up to date with:\n"
                + "#   mvn -q test -Dtest=CrdsTest -Dregenerate\n"
                + withFewQuotes(yaml.toString(StandardCharsets.UTF_8));
    }

    /** The generator's own way to save quotes takes them off True and False too, which kubectl then reads as no strings. */
    private static String withFewQuotes(String yaml) {
        try {
            return YAML.writeValueAsString(YAML.readTree(yaml));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private record SingleOutput(ByteArrayOutputStream stream) implements CRDGenerator.CRDOutput<ByteArrayOutputStream> {
        @Override
        public ByteArrayOutputStream outputFor(String name) {
            return stream;
        }

        @Override
        public void close() {}
    }

    /** What the generator leaves open: the order of the columns, the types of lists, descriptions and required fields of a whole object. */
    private record Finish(Class<? extends HasMetadata> kind) implements CRDPostProcessor {
        @Override
        public HasMetadata process(HasMetadata resource, String crdVersion) {
            CustomResourceDefinition crd = (CustomResourceDefinition) resource;
            CustomResourceDefinitionVersion version =
                    crd.getSpec().getVersions().getFirst();
            version.setAdditionalPrinterColumns(inOrder(version.getAdditionalPrinterColumns()));
            JSONSchemaProps schema = version.getSchema().getOpenAPIV3Schema();
            schema.setDescription(kind.getAnnotation(JsonClassDescription.class).value());
            schema.setRequired(List.of("spec"));
            field(schema, "spec").setDescription("What is wanted.");
            describeTypeMeta(schema);
            JSONSchemaProps status = field(schema, "status");
            if (status.getProperties() == null || status.getProperties().isEmpty()) {
                schema.getProperties().remove("status");
            } else {
                status.setDescription("What the operator observed: a summary, and never its memory.");
                describeConditions(field(status, "conditions"));
            }
            tidy(schema);
            if (schema.getProperties().containsKey("status")) {
                describeUnobserved(field(schema, "status"));
            }
            return crd;
        }

        private List<CustomResourceColumnDefinition> inOrder(List<CustomResourceColumnDefinition> columns) {
            List<String> names = Arrays.stream(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
                    .map(AdditionalPrinterColumn::name)
                    .toList();
            List<CustomResourceColumnDefinition> ordered = new ArrayList<>(columns);
            ordered.sort(Comparator.comparingInt(column -> names.indexOf(column.getName())));
            ordered.forEach(column -> column.setPriority(column.getPriority() == 0 ? null : column.getPriority()));
            return ordered;
        }

        private static void describeTypeMeta(JSONSchemaProps schema) {
            schema.getProperties()
                    .put(
                            "apiVersion",
                            string("Group and version of this object: " + Names.GROUP + "/" + Names.VERSION + "."));
            schema.getProperties().put("kind", string("The kind of this object."));
            JSONSchemaProps metadata = new JSONSchemaProps();
            metadata.setType("object");
            schema.getProperties().put("metadata", metadata);
        }

        /**
         * An object that nobody has looked at yet says so. Without this, tools that read conditions would take one without any for
         * finished. The API server fills it in and owns it, so that nothing in Git differs from it.
         */
        private static void describeUnobserved(JSONSchemaProps status) {
            status.setDefault(JsonNodeFactory.instance.objectNode().put("observedGeneration", -1));
            field(status, "observedGeneration").setMinimum(-1.0);
        }

        /** The schema that Kubernetes' own conditions have (metav1.Condition). */
        private static void describeConditions(JSONSchemaProps conditions) {
            conditions.setXKubernetesListType("map");
            conditions.setXKubernetesListMapKeys(List.of("type"));
            JSONSchemaProps condition = conditions.getItems().getSchema();
            condition.setRequired(List.of("lastTransitionTime", "message", "reason", "status", "type"));
            describe(condition, "type", "Ready, Reconciling or Stalled.");
            describe(condition, "status", "True, False or Unknown.")
                    .setEnum(List.of(new TextNode("True"), new TextNode("False"), new TextNode("Unknown")));
            describe(condition, "reason", "One of the reasons that docs/reasons.md lists.")
                    .setMaxLength(1024L);
            describe(condition, "message", "What happened, and what to do.").setMaxLength(32768L);
            describe(condition, "lastTransitionTime", "When the status last changed.")
                    .setFormat("date-time");
            describe(condition, "observedGeneration", "The generation of the spec that this condition describes.");
        }

        private static JSONSchemaProps describe(JSONSchemaProps object, String name, String description) {
            JSONSchemaProps field = field(object, name);
            field.setDescription(description);
            return field;
        }

        /** Lists without a merge key are values as a whole; generations are 64 bits wide; a rule is stated once. */
        private static void tidy(JSONSchemaProps schema) {
            if ("array".equals(schema.getType()) && schema.getXKubernetesListType() == null) {
                schema.setXKubernetesListType("atomic");
            }
            if (schema.getXKubernetesValidations() != null) {
                schema.setXKubernetesValidations(List.copyOf(new LinkedHashSet<>(schema.getXKubernetesValidations())));
            }
            if (schema.getItems() != null) {
                tidy(schema.getItems().getSchema());
            }
            if (schema.getProperties() != null) {
                schema.getProperties().forEach((name, property) -> {
                    if (name.equals("observedGeneration")) {
                        property.setFormat("int64");
                        property.setMinimum(0.0);
                    }
                    tidy(property);
                });
            }
        }

        private static JSONSchemaProps string(String description) {
            JSONSchemaProps schema = new JSONSchemaProps();
            schema.setType("string");
            schema.setDescription(description);
            return schema;
        }
    }
}

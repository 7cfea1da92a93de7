package dev.oauthconnection.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.oauthconnection.testing.CheckedIn;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrdsTest {
    private static final CustomResourceDefinition CONNECTION =
            Crds.definitions().getFirst();

    @Test
    void the_definitions_in_crds_are_those_of_the_records() {
        Crds.files().forEach((name, yaml) -> CheckedIn.assertCurrent(Path.of("crds", name), yaml, CrdsTest.class));
    }

    @Test
    void each_field_has_a_description() {
        List<String> silent = new ArrayList<>();
        for (CustomResourceDefinition crd : Crds.definitions()) {
            collectSilent("", schema(crd), silent);
        }
        assertThat(silent).isEmpty();
    }

    @Test
    void each_list_says_how_it_merges() {
        assertThat(field(CONNECTION, "spec", "scopes").getXKubernetesListType()).isEqualTo("atomic");
        assertThat(field(CONNECTION, "status", "conditions").getXKubernetesListType())
                .isEqualTo("map");
        assertThat(field(CONNECTION, "status", "conditions").getXKubernetesListMapKeys())
                .containsExactly("type");
    }

    @Test
    void no_field_has_a_default_that_the_api_server_would_write_into_a_manifest() {
        // The status is in no manifest, and says of a new object that nobody has looked at it.
        assertThat(Crds.files().values())
                .noneMatch(yaml -> yaml.replaceFirst("default:\\s+observedGeneration: -1\n", "")
                        .contains(" default:"));
    }

    @Test
    void the_words_of_an_enumeration_are_words_also_for_the_yaml_that_kubectl_reads() throws IOException {
        for (String yaml : Crds.files().values()) {
            for (JsonNode values : new YAMLMapper().readTree(yaml).findValues("enum")) {
                assertThat(values).allMatch(JsonNode::isTextual);
            }
        }
    }

    @Test
    void columns_stand_in_the_order_in_which_a_person_reads_them() {
        assertThat(CONNECTION.getSpec().getVersions().getFirst().getAdditionalPrinterColumns())
                .extracting(CustomResourceColumnDefinition::getName)
                .containsExactly("Ready", "Reason", "Provider", "Expires", "Age");
    }

    @Test
    void a_connection_is_found_by_short_name_and_category() {
        assertThat(CONNECTION.getSpec().getNames().getShortNames()).containsExactly("oac", "oauthconn");
        assertThat(CONNECTION.getSpec().getNames().getCategories()).containsExactly("oauth");
    }

    private static JSONSchemaProps schema(CustomResourceDefinition crd) {
        return crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
    }

    private static JSONSchemaProps field(CustomResourceDefinition crd, String... path) {
        JSONSchemaProps schema = schema(crd);
        for (String name : path) {
            schema = Crds.field(schema, name);
        }
        return schema;
    }

    private static void collectSilent(String path, JSONSchemaProps schema, List<String> silent) {
        if (schema.getProperties() != null) {
            schema.getProperties().forEach((name, property) -> {
                String field = path + "." + name;
                if (property.getDescription() == null && !field.equals(".metadata")) {
                    silent.add(field);
                }
                collectSilent(field, property, silent);
            });
        }
        if (schema.getItems() != null) {
            collectSilent(path + "[]", schema.getItems().getSchema(), silent);
        }
    }
}

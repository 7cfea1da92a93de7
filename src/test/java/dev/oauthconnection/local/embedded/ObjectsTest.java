package dev.oauthconnection.local.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.ClusterOAuthProvider;
import dev.oauthconnection.api.OAuthConnection;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObjectsTest extends OnEmbeddedApi {
    @Test
    void a_created_object_gets_what_the_server_gives() {
        OAuthConnection created = createConnection("books");

        assertThat(created.getMetadata().getUid()).isNotEmpty();
        assertThat(created.getMetadata().getResourceVersion()).isNotEmpty();
        assertThat(created.getMetadata().getCreationTimestamp()).isNotEmpty();
        assertThat(created.getMetadata().getGeneration()).isEqualTo(1);
        assertThat(created.getMetadata().getNamespace()).isEqualTo("default");
    }

    @Test
    void the_generation_rises_with_the_spec_only() {
        createConnection("books");

        OAuthConnection labelled = connection("books").edit(c -> setLabel(c, "a", "b"));
        OAuthConnection changed = connection("books").edit(c -> {
            c.setSpec(newConnection("books", "write").getSpec());
            return c;
        });
        client.resource(newStatus("books", "Ready")).patchStatus();

        assertThat(labelled.getMetadata().getGeneration()).isEqualTo(1);
        assertThat(changed.getMetadata().getGeneration()).isEqualTo(2);
        assertThat(connection("books").get().getMetadata().getGeneration()).isEqualTo(2);
    }

    @Test
    void an_update_that_changes_nothing_keeps_the_resource_version() {
        OAuthConnection created = createConnection("books");

        OAuthConnection updated = client.resource(created).update();

        assertThat(updated.getMetadata().getResourceVersion())
                .isEqualTo(created.getMetadata().getResourceVersion());
    }

    @Test
    void a_second_create_is_a_conflict() {
        client.resource(secret("a").build()).create();

        assertRefused(409, () -> client.resource(secret("a").build()).create());
    }

    @Test
    void a_stale_put_is_a_conflict() {
        Secret first = client.resource(secret("a").build()).create();
        client.resource(first.edit().addToData("k", "dg==").build()).update();

        assertRefused(
                409, () -> client.resource(first.edit().addToData("k", "dw==").build())
                        .update());
    }

    @Test
    void a_stale_put_on_status_is_a_conflict() {
        OAuthConnection first = createConnection("books");
        connection("books").edit(c -> setLabel(c, "a", "b"));
        first.setStatus(newStatus("books", "Ready").getStatus());

        assertRefused(409, () -> client.resource(first).updateStatus());
    }

    @Test
    void a_put_on_status_changes_the_status_and_nothing_else() {
        OAuthConnection created = createConnection("books");
        created.setStatus(newStatus("books", "Ready").getStatus());
        created.setSpec(newConnection("books", "write").getSpec());

        OAuthConnection updated = client.resource(created).updateStatus();

        assertThat(updated.getStatus().conditions()).hasSize(1);
        assertThat(updated.getSpec().scopes()).containsExactly("read");
    }

    @Test
    void a_put_leaves_the_status_alone() {
        createConnection("books");
        client.resource(newStatus("books", "Ready")).patchStatus();
        OAuthConnection current = connection("books").get();
        current.setStatus(null);
        current.setSpec(newConnection("books", "write").getSpec());

        assertThat(client.resource(current).update().getStatus().conditions()).hasSize(1);
    }

    @Test
    void a_merge_patch_with_null_removes_the_field() {
        client.resource(secret("a").addToData(Map.of("k", "dg==", "l", "dg==")).build())
                .create();

        Secret patched = secretNamed("a").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"k\":null}}");

        assertThat(patched.getData()).containsOnlyKeys("l");
    }

    @Test
    void a_json_patch_applies_and_one_that_fails_its_test_is_invalid() {
        client.resource(secret("a").addToData("k", "dg==").build()).create();

        Secret patched = secretNamed("a")
                .patch(PatchContext.of(PatchType.JSON), "[{\"op\":\"add\",\"path\":\"/data/l\",\"value\":\"dg==\"}]");

        assertThat(patched.getData()).containsOnlyKeys("k", "l");
        assertRefused(422, () -> secretNamed("a")
                .patch(PatchContext.of(PatchType.JSON), "[{\"op\":\"test\",\"path\":\"/data/k\",\"value\":\"eA==\"}]"));
    }

    @Test
    void string_data_is_merged_into_data() {
        Secret created = client.resource(secret("a")
                        .addToData("k", "dg==")
                        .addToStringData("l", "w")
                        .build())
                .create();

        assertThat(created.getStringData()).isNullOrEmpty();
        assertThat(created.getData()).containsEntry("k", "dg==").containsEntry("l", "dw==");
        assertThat(created.getType()).isEqualTo("Opaque");
    }

    @Test
    void the_type_of_a_secret_is_immutable() {
        Secret created = client.resource(secret("a").build()).create();

        assertRefused(
                422,
                () -> client.resource(created.edit().withType("other").build()).update());
    }

    @Test
    void lists_honour_label_selectors() {
        client.resource(labelled("a", Map.of("app", "x"))).create();
        client.resource(labelled("b", Map.of("app", "y"))).create();
        client.resource(labelled("c", Map.of())).create();

        assertThat(names("app=x")).containsExactly("a");
        assertThat(names("app!=x")).containsExactly("b", "c");
        assertThat(names("app in (x, y)")).containsExactly("a", "b");
        assertThat(names("app notin (x)")).containsExactly("b", "c");
        assertThat(names("app")).containsExactly("a", "b");
        assertThat(names("!app")).containsExactly("c");
        assertThat(names("app,app!=y")).containsExactly("a");
    }

    @Test
    void a_list_ends_at_the_namespace() {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("finance")
                        .endMetadata()
                        .build())
                .create();
        client.resource(secret("a").build()).create();
        client.resource(secret("b")
                        .editMetadata()
                        .withNamespace("finance")
                        .endMetadata()
                        .build())
                .create();

        assertThat(client.secrets().inNamespace("finance").list().getItems()).hasSize(1);
        assertThat(client.secrets().inAnyNamespace().list().getItems()).hasSize(2);
    }

    @Test
    void nothing_is_created_in_a_namespace_that_does_not_exist() {
        assertRefused(404, () -> client.resource(secret("a")
                        .editMetadata()
                        .withNamespace("none")
                        .endMetadata()
                        .build())
                .create());
    }

    @Test
    void a_name_cannot_leave_its_folder() {
        assertRefused(422, () -> client.resource(secret("../x").build()).create());
    }

    @Test
    void events_and_leases_and_config_maps_and_providers_are_served() {
        client.resource(new EventBuilder()
                        .withNewMetadata()
                        .withGenerateName("books.")
                        .withNamespace("default")
                        .endMetadata()
                        .build())
                .create();
        client.resource(new LeaseBuilder()
                        .withNewMetadata()
                        .withName("leader")
                        .withNamespace("default")
                        .endMetadata()
                        .build())
                .create();
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("c")
                        .withNamespace("default")
                        .endMetadata()
                        .build())
                .create();
        client.events().v1().events().inNamespace("default").list();
        ClusterOAuthProvider provider = new ClusterOAuthProvider();
        provider.getMetadata().setName("own");
        client.resource(provider).create();

        assertThat(client.v1().events().inNamespace("default").list().getItems())
                .singleElement()
                .satisfies(event -> assertThat(event.getMetadata().getName()).matches("books\\.\\w{5}"));
        assertThat(client.leases().inNamespace("default").withName("leader").get())
                .isNotNull();
        assertThat(client.resources(ClusterOAuthProvider.class).withName("own").get())
                .isNotNull();
    }

    @Test
    void what_is_not_served_is_not_found() {
        assertRefused(
                404, () -> client.apps().deployments().inNamespace("default").list());
    }

    @Test
    void the_kinds_are_discoverable() {
        assertThat(client.supports(OAuthConnection.class)).isTrue();
        assertThat(client.supports(ClusterOAuthProvider.class)).isTrue();
    }

    private List<String> names(String selector) {
        return client.secrets().inNamespace("default").withLabelSelector(selector).list().getItems().stream()
                .map(found -> found.getMetadata().getName())
                .toList();
    }

    private static Secret labelled(String name, Map<String, String> labels) {
        return secret(name).editMetadata().withLabels(labels).endMetadata().build();
    }

    private static OAuthConnection setLabel(OAuthConnection connection, String key, String value) {
        connection.getMetadata().setLabels(Map.of(key, value));
        return connection;
    }

    private OAuthConnection newStatus(String name, String condition) {
        return client.getKubernetesSerialization().unmarshal("""
                        apiVersion: oauthconnection.dev/v1alpha1
                        kind: OAuthConnection
                        metadata: {name: %s, namespace: default}
                        status:
                          conditions: [{type: %s, status: "True"}]
                        """.formatted(name, condition), OAuthConnection.class);
    }
}

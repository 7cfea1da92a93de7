package dev.oauthconnection.local.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.OAuthConnection;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeletionTest extends OnEmbeddedApi {
    @Test
    void a_finalizer_holds_the_object_until_it_is_taken_off() {
        createConnection("books");
        connection("books").edit(c -> {
            c.addFinalizer("oauthconnection.dev/revoke");
            return c;
        });

        connection("books").delete();
        OAuthConnection held = connection("books").get();
        assertThat(held.getMetadata().getDeletionTimestamp()).isNotEmpty();
        assertThat(held.getMetadata().getGeneration()).isEqualTo(2);

        connection("books").edit(c -> {
            c.removeFinalizer("oauthconnection.dev/revoke");
            return c;
        });
        assertThat(connection("books").get()).isNull();
    }

    @Test
    void no_finalizer_is_added_to_an_object_that_is_being_deleted() {
        createConnection("books");
        connection("books").edit(c -> {
            c.addFinalizer("oauthconnection.dev/revoke");
            return c;
        });
        connection("books").delete();

        assertRefused(422, () -> connection("books").edit(c -> {
            c.getMetadata().setFinalizers(List.of("oauthconnection.dev/revoke", "example.com/late"));
            return c;
        }));
    }

    @Test
    void a_precondition_that_does_not_hold_is_a_conflict() {
        Secret created = client.resource(secret("a").build()).create();
        client.resource(created.edit().addToData("k", "dg==").build()).update();

        assertRefused(409, () -> client.resource(created)
                .lockResourceVersion(created.getMetadata().getResourceVersion())
                .delete());
        String body = "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"preconditions\":{\"uid\":\"another\"}}";
        assertRefused(409, () -> client.raw("/api/v1/namespaces/default/secrets/a", "DELETE", body));
        assertThat(secretNamed("a").get()).isNotNull();
    }

    @Test
    void dependents_go_with_their_owner() {
        OAuthConnection owner = createConnection("books");
        client.resource(ownedBy(owner, "token")).create();
        client.resource(secret("other").build()).create();

        connection("books").delete();

        assertThat(secretNamed("token").get()).isNull();
        assertThat(secretNamed("other").get()).isNotNull();
    }

    @Test
    void a_dependent_of_an_owner_of_the_same_name_but_another_uid_goes() {
        OAuthConnection owner = createConnection("books");
        connection("books").delete();
        createConnection("books");

        client.resource(ownedBy(owner, "late")).create();

        assertThat(secretNamed("late").get()).isNull();
    }

    @Test
    void dependents_stay_where_the_deletion_orphans_them() {
        OAuthConnection owner = createConnection("books");
        client.resource(ownedBy(owner, "token")).create();

        connection("books").withPropagationPolicy(DeletionPropagation.ORPHAN).delete();

        assertThat(secretNamed("token").get().getMetadata().getOwnerReferences())
                .isEmpty();
    }

    @Test
    void a_namespace_goes_when_the_last_of_its_objects_is_gone() {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("finance")
                        .endMetadata()
                        .build())
                .create();
        client.resource(secret("held")
                        .editMetadata()
                        .withNamespace("finance")
                        .withFinalizers(List.of("example.com/held"))
                        .endMetadata()
                        .build())
                .create();

        client.namespaces().withName("finance").delete();
        assertThat(client.namespaces().withName("finance").get().getStatus().getPhase())
                .isEqualTo("Terminating");
        assertRefused(403, () -> client.resource(secret("new")
                        .editMetadata()
                        .withNamespace("finance")
                        .endMetadata()
                        .build())
                .create());

        client.secrets().inNamespace("finance").withName("held").edit(s -> s.edit()
                .editMetadata()
                .withFinalizers(List.of())
                .endMetadata()
                .build());
        assertThat(client.namespaces().withName("finance").get()).isNull();
    }

    @Test
    void a_collection_is_deleted_by_selector() {
        client.resource(secret("a")
                        .editMetadata()
                        .addToLabels("x", "y")
                        .endMetadata()
                        .build())
                .create();
        client.resource(secret("b").build()).create();

        client.secrets().inNamespace("default").withLabel("x", "y").delete();

        assertThat(client.secrets().inNamespace("default").list().getItems()).hasSize(1);
    }
}

package dev.oauthconnection.local.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.OAuthConnection;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.junit.jupiter.api.Test;

class ServerSideApplyTest extends OnEmbeddedApi {
    @Test
    void an_apply_creates_what_is_not_there() {
        Secret applied = apply("one", secret("a").addToData("k", "dg==").build());

        assertThat(applied.getMetadata().getUid()).isNotEmpty();
        assertThat(secretNamed("a").get().getData()).containsEntry("k", "dg==");
    }

    @Test
    void what_a_manager_no_longer_says_goes_away() {
        apply("one", secret("a").addToData("k", "dg==").addToData("l", "dg==").build());

        apply("one", secret("a").addToData("l", "dg==").build());

        assertThat(secretNamed("a").get().getData()).containsOnlyKeys("l");
    }

    @Test
    void what_another_manager_said_stays() {
        apply(
                "one",
                secret("a").addToData("k", "dg==").addToData("both", "dg==").build());
        apply(
                "two",
                secret("a").addToData("l", "dg==").addToData("both", "dg==").build());

        apply("one", secret("a").build());

        assertThat(secretNamed("a").get().getData()).containsOnlyKeys("l", "both");
    }

    @Test
    void finalizers_of_two_managers_stand_side_by_side() {
        apply(
                "one",
                secret("a")
                        .editMetadata()
                        .addToFinalizers("example.com/one")
                        .endMetadata()
                        .build());
        apply(
                "two",
                secret("a")
                        .editMetadata()
                        .addToFinalizers("example.com/two")
                        .endMetadata()
                        .build());

        apply("one", secret("a").build());

        assertThat(secretNamed("a").get().getMetadata().getFinalizers()).containsExactly("example.com/two");
    }

    @Test
    void a_field_of_the_status_that_became_null_goes_away() {
        createConnection("books");
        applyStatus("{consent: {url: 'http://localhost/'}, observedGeneration: 1}");

        applyStatus("{observedGeneration: 1}");

        OAuthConnection applied = connection("books").get();
        assertThat(applied.getStatus().consent()).isNull();
        assertThat(applied.getStatus().observedGeneration()).isEqualTo(1);
        assertThat(applied.getSpec().scopes()).containsExactly("read");
        assertThat(applied.getMetadata().getGeneration()).isEqualTo(1);
    }

    @Test
    void an_apply_that_changes_nothing_keeps_the_resource_version() {
        createConnection("books");
        OAuthConnection first = applyStatus("{observedGeneration: 1}");

        OAuthConnection second = applyStatus("{observedGeneration: 1}");

        assertThat(second.getMetadata().getResourceVersion())
                .isEqualTo(first.getMetadata().getResourceVersion());
    }

    @Test
    void a_status_is_not_applied_to_what_does_not_exist() {
        assertRefused(404, () -> applyStatus("{observedGeneration: 1}"));
    }

    @Test
    void an_apply_with_a_stale_resource_version_is_a_conflict() {
        Secret created = client.resource(secret("a").build()).create();
        secretNamed("a").edit(s -> s.edit().addToData("k", "dg==").build());
        Secret stale = secret("a")
                .editMetadata()
                .withResourceVersion(created.getMetadata().getResourceVersion())
                .endMetadata()
                .build();

        assertRefused(409, () -> apply("one", stale));
    }

    private Secret apply(String manager, Secret secret) {
        return client.resource(secret).patch(context(manager));
    }

    private OAuthConnection applyStatus(String status) {
        OAuthConnection applied =
                client.getKubernetesSerialization().unmarshal("""
                        apiVersion: oauthconnection.dev/v1alpha1
                        kind: OAuthConnection
                        metadata: {name: books, namespace: default}
                        status: %s
                        """.formatted(status), OAuthConnection.class);
        return client.resource(applied).subresource("status").patch(context("operator"));
    }

    private static PatchContext context(String manager) {
        return new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(manager)
                .withForce(true)
                .build();
    }
}

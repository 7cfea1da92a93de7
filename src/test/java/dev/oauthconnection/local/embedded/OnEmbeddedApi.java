package dev.oauthconnection.local.embedded;

import dev.oauthconnection.api.OAuthConnection;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.nio.file.Path;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test with an embedded API on a folder of its own. */
@SuppressWarnings("NullAway.Init")
abstract class OnEmbeddedApi {
    @TempDir
    Path parent;

    EmbeddedKubernetes api;
    KubernetesClient client;

    @BeforeEach
    void open() {
        api = EmbeddedKubernetes.open(folder());
        client = api.client();
    }

    @AfterEach
    void close() {
        api.close();
    }

    void restart() {
        close();
        open();
    }

    Path folder() {
        return parent.resolve("state-of-test");
    }

    Resource<OAuthConnection> connection(String name) {
        return client.resources(OAuthConnection.class).inNamespace("default").withName(name);
    }

    OAuthConnection createConnection(String name) {
        return client.resource(newConnection(name, "read")).create();
    }

    OAuthConnection newConnection(String name, String scope) {
        return client.getKubernetesSerialization().unmarshal("""
                        apiVersion: oauthconnection.dev/v1alpha1
                        kind: OAuthConnection
                        metadata: {name: %s, namespace: default}
                        spec:
                          provider: {name: xero}
                          scopes: [%s]
                        """.formatted(name, scope), OAuthConnection.class);
    }

    static SecretBuilder secret(String name) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata();
    }

    static Secret ownedBy(OAuthConnection owner, String name) {
        return secret(name)
                .editMetadata()
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion(owner.getApiVersion())
                        .withKind(owner.getKind())
                        .withName(owner.getMetadata().getName())
                        .withUid(owner.getMetadata().getUid())
                        .build())
                .endMetadata()
                .build();
    }

    Resource<Secret> secretNamed(String name) {
        return client.secrets().inNamespace("default").withName(name);
    }

    static void assertRefused(int code, ThrowingCallable call) {
        Assertions.assertThatExceptionOfType(KubernetesClientException.class)
                .isThrownBy(call)
                .satisfies(e ->
                        Assertions.assertThat(e.getCode()).as(e.getMessage()).isEqualTo(code));
    }
}

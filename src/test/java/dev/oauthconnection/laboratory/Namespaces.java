package dev.oauthconnection.laboratory;

import dev.oauthconnection.api.OAuthConnection;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;

/** Deletes namespaces as the controllers of a cluster do; an API server alone leaves them as they are, terminating for ever. */
final class Namespaces {
    private final KubernetesClient client;

    Namespaces(KubernetesClient client) {
        this.client = client;
    }

    /** With everything that the laboratory knows to be in it. Returns when it is gone. */
    void delete(String name) {
        Namespace namespace = client.namespaces().withName(name).require();
        client.resource(namespace).delete();
        empty(name);
        Namespace finalized = new NamespaceBuilder(namespace)
                .editMetadata()
                .withResourceVersion(null)
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .build();
        client.raw("/api/v1/namespaces/" + name + "/finalize", "PUT", finalized);
        while (client.namespaces().withName(name).get() != null) {
            Trial.pause(Duration.ofMillis(20));
        }
    }

    private void empty(String name) {
        client.resources(OAuthConnection.class).inNamespace(name).delete();
        client.secrets().inNamespace(name).delete();
        client.configMaps().inNamespace(name).delete();
        client.pods().inNamespace(name).withGracePeriod(0).delete();
        client.apps().deployments().inNamespace(name).delete();
        client.services().inNamespace(name).delete();
        client.policy().v1().podDisruptionBudget().inNamespace(name).delete();
        client.leases().inNamespace(name).delete();
        client.rbac().roleBindings().inNamespace(name).delete();
        client.rbac().roles().inNamespace(name).delete();
        client.serviceAccounts().inNamespace(name).delete();
        client.v1().events().inNamespace(name).delete();
    }

    void create(String name) {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }
}

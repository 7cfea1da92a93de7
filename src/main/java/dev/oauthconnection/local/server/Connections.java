package dev.oauthconnection.local.server;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionSpec;
import dev.oauthconnection.api.OAuthConnectionSpec.ClientReference;
import dev.oauthconnection.api.OAuthConnectionSpec.ProviderReference;
import dev.oauthconnection.api.OAuthConnectionSpec.SecretReference;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The served connection and its Secrets in the Kubernetes API. */
final class Connections {
    private static final String TENANT_ID = "tenant_id";

    private final KubernetesClient kubernetes;
    private final TokenServerSettings settings;

    Connections(KubernetesClient kubernetes, TokenServerSettings settings) {
        this.kubernetes = kubernetes;
        this.settings = settings;
    }

    /** The served connection, or null before the client's credentials were entered. */
    @Nullable
    State find() {
        OAuthConnection connection = resource().get();
        return connection == null ? null : new State(connection);
    }

    /** All connections of the namespace, by name. */
    List<State> all() {
        return kubernetes.resources(OAuthConnection.class).inNamespace(settings.namespace()).list().getItems().stream()
                .map(State::new)
                .sorted(java.util.Comparator.comparing(State::name))
                .toList();
    }

    /** The token that is published, or null. */
    @Nullable
    CurrentToken token() {
        Secret client = secret(settings.clientSecret()).get();
        String tenantId = client == null ? null : CurrentToken.value(client, TENANT_ID);
        return CurrentToken.of(secret(settings.connection()).get(), tenantId);
    }

    /** Stores what the user entered. An empty secret is a public client's. */
    void storeClient(String id, String clientSecret, String tenantId) {
        Map<String, String> data = new HashMap<>();
        data.put(Names.CLIENT_ID, encode(id));
        if (!clientSecret.isEmpty()) {
            data.put(Names.CLIENT_SECRET, encode(clientSecret));
        }
        if (!tenantId.isEmpty()) {
            data.put(TENANT_ID, encode(tenantId));
        }
        Secret secret = new SecretBuilder()
                .withMetadata(meta(settings.clientSecret()))
                .withType("Opaque")
                .withData(data)
                .build();
        put(secret, secret(settings.clientSecret()).get());
    }

    /** Makes the connection what the settings say. */
    void applySettings() {
        OAuthConnection connection = new OAuthConnection();
        connection.setMetadata(meta(settings.connection()));
        connection.setSpec(new OAuthConnectionSpec(
                new ProviderReference(settings.provider()),
                null,
                new ClientReference(new SecretReference(settings.clientSecret()), null),
                settings.scopes(),
                null,
                null,
                null,
                null,
                null));
        OAuthConnection stored = resource().get();
        if (stored == null) {
            put(connection, null);
        } else if (!connection.getSpec().equals(stored.getSpec())) {
            stored.setSpec(connection.getSpec());
            put(stored, stored);
        }
    }

    /** Asks the operator for an action by a new value of an annotation. */
    void annotate(String annotation, String value) {
        resource().edit(connection -> {
            Map<String, String> annotations = new HashMap<>();
            if (connection.getMetadata().getAnnotations() != null) {
                annotations.putAll(connection.getMetadata().getAnnotations());
            }
            annotations.put(annotation, value);
            connection.getMetadata().setAnnotations(annotations);
            return connection;
        });
    }

    /** Waits until {@code reached}, as long as the settings' patience lasts; null when it did not come to that. */
    @Nullable
    State await(Predicate<State> reached) {
        try {
            return new State(resource()
                    .waitUntilCondition(
                            connection -> connection != null && reached.test(new State(connection)),
                            settings.patience().toMillis(),
                            TimeUnit.MILLISECONDS));
        } catch (KubernetesClientTimeoutException e) {
            return null;
        }
    }

    /** Forgets the connection and the client's credentials. */
    void forget() {
        resource().delete();
        secret(settings.clientSecret()).delete();
    }

    /** Creates, or replaces what is there with its resourceVersion: a change in between is a conflict, never lost. */
    private void put(HasMetadata wanted, @Nullable HasMetadata stored) {
        var resource = kubernetes.resource(wanted).inNamespace(settings.namespace());
        if (stored == null) {
            resource.create();
        } else {
            wanted.getMetadata().setResourceVersion(stored.getMetadata().getResourceVersion());
            resource.update();
        }
    }

    private Resource<OAuthConnection> resource() {
        return kubernetes
                .resources(OAuthConnection.class)
                .inNamespace(settings.namespace())
                .withName(settings.connection());
    }

    private Resource<Secret> secret(String name) {
        return kubernetes.secrets().inNamespace(settings.namespace()).withName(name);
    }

    private ObjectMeta meta(String name) {
        return new ObjectMetaBuilder()
                .withNamespace(settings.namespace())
                .withName(name)
                .build();
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}

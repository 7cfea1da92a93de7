package dev.oauthconnection.operator;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionSpec.ClientReference;
import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.api.ProviderSpec.PlatformClient;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.delivery.SecretRights;
import dev.oauthconnection.lifecycle.ConnectionSettings;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.provider.ClientResolution;
import dev.oauthconnection.provider.ClientResolution.Problem;
import dev.oauthconnection.provider.ClientResolution.Resolved;
import dev.oauthconnection.provider.ClientResolution.Unreadable;
import dev.oauthconnection.provider.Clients;
import dev.oauthconnection.provider.Provider;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the client of a connection in the cluster, by name and at each call: what a Secret holds is never kept. */
public final class KubernetesClients implements Clients {
    private final KubernetesClient client;
    private final SecretRights rights;

    public KubernetesClients(KubernetesClient client, SecretRights rights) {
        this.client = client;
        this.rights = rights;
    }

    @Override
    public ClientResolution resolve(OAuthConnection connection, Provider provider) {
        ClientResolution found = find(connection, provider);
        boolean lacksSecret = found instanceof Resolved(Client client) && client.secret() == null;
        return lacksSecret && provider.clientAuthentication() == ClientAuthentication.Basic
                ? withoutSecret((Resolved) found, connection, provider)
                : found;
    }

    /** Such a request could not even be written; to try would look like an outage of the provider. */
    private static Problem withoutSecret(Resolved found, OAuthConnection connection, Provider provider) {
        ClientReference reference = connection.getSpec().client();
        PlatformClient platform = provider.platformClient();
        String secret = reference != null && reference.secretRef() != null
                ? reference.secretRef().name()
                : reference == null && platform != null ? platform.secretRef().name() : null;
        return new Problem(
                Reason.ClientSecretInvalid,
                "the client " + found.client().id() + " has no client_secret, and provider " + provider.name()
                        + " wants Basic: "
                        + (secret == null
                                ? "set spec.client.secretRef to a Secret with client_id and client_secret"
                                : "add client_secret to the Secret " + secret)
                        + ", or correct token.clientAuthentication of the provider");
    }

    private ClientResolution find(OAuthConnection connection, Provider provider) {
        ClientReference reference = connection.getSpec().client();
        if (reference == null) {
            return platformClient(connection, provider);
        }
        if (reference.secretRef() == null) {
            return new Resolved(new Client(Objects.requireNonNull(reference.id()), null));
        }
        return fromSecret(
                connection.getMetadata().getNamespace(), reference.secretRef().name(), connection);
    }

    private ClientResolution platformClient(OAuthConnection connection, Provider provider) {
        PlatformClient platform = provider.platformClient();
        if (platform == null) {
            return new Problem(
                    Reason.ClientNotAllowed,
                    "provider " + provider.name()
                            + " brings no client: set spec.client.secretRef to a Secret with client_id and "
                            + "client_secret, or spec.client.id for a public client");
        }
        String namespace = connection.getMetadata().getNamespace();
        if (!allows(platform.allowedNamespaces(), namespace)) {
            return new Problem(
                    Reason.ClientNotAllowed,
                    "the client of provider " + provider.name() + " is not for namespace " + namespace
                            + ": set spec.client, or have an admin add the namespace to spec.client.allowedNamespaces there");
        }
        List<String> scopes = ConnectionSettings.of(connection.getSpec()).scopesOr(provider.defaultScopes());
        List<String> refused = scopes.stream()
                .filter(s -> !allows(platform.allowedScopes(), s))
                .toList();
        if (!refused.isEmpty()) {
            return new Problem(
                    Reason.ClientNotAllowed,
                    "the client of provider " + provider.name() + " is not for the scopes " + String.join(" ", refused)
                            + ": ask for others, or have an admin add them to spec.client.allowedScopes there");
        }
        return fromSecret(platform.secretRef().namespace(), platform.secretRef().name(), connection);
    }

    private static boolean allows(List<String> allowed, String value) {
        return allowed.contains("*") || allowed.contains(value);
    }

    private ClientResolution fromSecret(String namespace, String name, OAuthConnection connection) {
        Secret secret;
        try {
            secret = client.secrets().inNamespace(namespace).withName(name).get();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
                return new Unreadable("the Secret " + name + " cannot be read right now (" + status(e) + ")");
            }
            boolean ofTheTeam = namespace.equals(connection.getMetadata().getNamespace());
            Optional<String> missing = ofTheTeam ? rights.missing(e, connection) : Optional.empty();
            if (missing.isPresent()) {
                return new Problem(Reason.SecretAccessMissing, missing.get());
            }
            return new Problem(
                    Reason.ClientSecretNotFound,
                    "the Secret " + name + " cannot be read (HTTP " + e.getCode()
                            + "): check the operator's rights in namespace " + namespace);
        }
        if (secret == null) {
            return new Problem(
                    Reason.ClientSecretNotFound,
                    "there is no Secret " + name + " in namespace " + namespace
                            + ": create it with the keys client_id and client_secret");
        }
        return read(secret);
    }

    private static ClientResolution read(Secret secret) {
        String name = secret.getMetadata().getName();
        @Nullable String id = value(secret, Names.CLIENT_ID);
        if (id == null) {
            return new Problem(Reason.ClientSecretInvalid, "the Secret " + name + " has no key client_id");
        }
        if (id.isEmpty()) {
            return new Problem(Reason.ClientSecretInvalid, "the Secret " + name + " has an empty client_id");
        }
        @Nullable String password = value(secret, Names.CLIENT_SECRET);
        if (password != null && password.isEmpty()) {
            return new Problem(
                    Reason.ClientSecretInvalid,
                    "the Secret " + name
                            + " has an empty client_secret: fill it in, or remove the key for a public client");
        }
        return new Resolved(new Client(id, password));
    }

    /** How the API server failed to hand out an object. */
    static String status(KubernetesClientException e) {
        return e.getCode() == 0 ? "the API server did not answer" : "HTTP " + e.getCode();
    }

    /** A value without the line end that {@code kubectl create secret --from-file} and echo leave behind; null when absent. */
    static @Nullable String value(Secret secret, String key) {
        Map<String, String> data = secret.getData();
        String encoded = data == null ? null : data.get(key);
        return encoded == null ? null : new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8).strip();
    }
}

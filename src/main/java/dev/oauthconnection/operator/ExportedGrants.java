package dev.oauthconnection.operator;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.grant.Binding;
import dev.oauthconnection.grant.Candidate;
import dev.oauthconnection.grant.Export;
import dev.oauthconnection.grant.Grant;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * An exported grant as a Secret: one that {@code spec.existingGrant.secretRef} may name as it is. Beside the refresh token it says where
 * that may go, so that a connection to another provider or client does not take it.
 */
final class ExportedGrants {
    private ExportedGrants() {}

    /** The Secret to be created in the namespace of the other connection; it has none of its own. */
    static Secret manifest(Grant grant, Export export, Candidate handedOut) {
        Map<String, String> data = new TreeMap<>(Map.of(
                Names.REFRESH_TOKEN, handedOut.token(),
                Names.TOKEN_ENDPOINT, grant.binding().tokenEndpoint().toString(),
                Names.CLIENT_ID, grant.binding().clientId(),
                Names.SCOPE, String.join(" ", grant.requestedScopes())));
        if (grant.binding().issuer() != null) {
            data.put(Names.ISSUER, grant.binding().issuer());
        }
        return new SecretBuilder()
                .withNewMetadata()
                .withName(grant.key().name() + "-existing-grant")
                .addToAnnotations(Names.CONNECTION_NAMESPACE, grant.key().namespace())
                .addToAnnotations(Names.CONNECTION_NAME, grant.key().name())
                .addToAnnotations(Names.MARK, grant.id() + "/" + export.epoch())
                .addToAnnotations(Names.EXPORT, export.id())
                .endMetadata()
                .withType(Names.EXPORT)
                .withData(data.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, e -> encoded(e.getValue()), (a, b) -> a, TreeMap::new)))
                .build();
    }

    private static String encoded(String value) {
        return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Why the refresh token in this Secret is not for a connection that is bound like this; empty where nothing speaks against it. */
    static Optional<String> belongsElsewhere(Secret secret, Binding today) {
        boolean client = differs(secret, Names.CLIENT_ID, today.clientId());
        boolean endpoint =
                differs(secret, Names.TOKEN_ENDPOINT, today.tokenEndpoint().toString());
        boolean issuer = today.issuer() != null && differs(secret, Names.ISSUER, today.issuer());
        return client || endpoint || issuer
                ? Optional.of("the refresh token in the Secret "
                        + secret.getMetadata().getName() + " was given to client "
                        + said(secret, Names.CLIENT_ID, today.clientId()) + " at "
                        + said(
                                secret,
                                Names.TOKEN_ENDPOINT,
                                today.tokenEndpoint().toString())
                        + (issuer ? " (issuer " + KubernetesClients.value(secret, Names.ISSUER) + ")" : "")
                        + ", and this connection is client " + today.clientId() + " at " + today.tokenEndpoint()
                        + (issuer ? " (issuer " + today.issuer() + ")" : "")
                        + ": correct the provider or the client; nothing is sent")
                : Optional.empty();
    }

    /** A Secret that somebody wrote by hand has the refresh token alone. */
    private static boolean differs(Secret secret, String key, String today) {
        String said = KubernetesClients.value(secret, key);
        return said != null && !said.isEmpty() && !said.equals(today);
    }

    private static String said(Secret secret, String key, String otherwise) {
        return Objects.requireNonNullElse(KubernetesClients.value(secret, key), otherwise);
    }
}

package dev.oauthconnection.consent;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.delivery.SecretRights;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The pairing codes: each in the Secret {@code <connection>-consent} beside its connection, so that who may read Secrets there may
 * consent. The Secret belongs to the connection as it exists: one of an earlier connection of that name is replaced.
 */
public final class PairingCodes {
    private static final int UNPROCESSABLE = 422;

    private final KubernetesClient kubernetes;
    private final SecretRights rights;

    public PairingCodes(KubernetesClient kubernetes, SecretRights rights) {
        this.kubernetes = kubernetes;
        this.rights = rights;
    }

    /** What came of making sure that a connection has its code. */
    public sealed interface Presence {
        record Present() implements Presence {}

        /** There is nowhere to put it: the name is somebody else's, or the API server refuses; nothing was changed. */
        record Refused(Reason reason, String message) implements Presence {}
    }

    /** Makes sure that the connection has a pairing code; writes nothing when it has. */
    public Presence ensure(OAuthConnection connection) {
        try {
            return attempt(connection);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN && e.getCode() != UNPROCESSABLE) {
                throw e;
            }
            Optional<String> missing = rights.missing(e, connection);
            if (missing.isPresent()) {
                return new Presence.Refused(Reason.SecretAccessMissing, missing.get());
            }
            return new Presence.Refused(
                    Reason.DeliveryFailed,
                    "The Secret " + connection.getMetadata().getNamespace() + "/"
                            + Names.consentSecret(connection.getMetadata().getName())
                            + " for the pairing code cannot be written (HTTP " + e.getCode()
                            + "): check quota, admission policies and the operator's rights in that namespace.");
        }
    }

    private Presence attempt(OAuthConnection connection) {
        String namespace = connection.getMetadata().getNamespace();
        String name = connection.getMetadata().getName();
        Secret secret = read(namespace, name);
        if (secret != null && code(secret, connection) != null) {
            return new Presence.Present();
        }
        if (secret != null && !isOurs(secret)) {
            return conflict(namespace, name);
        }
        if (secret != null) {
            kubernetes
                    .resource(secret)
                    .lockResourceVersion(secret.getMetadata().getResourceVersion())
                    .delete();
        }
        try {
            kubernetes.resource(secretOf(connection)).create();
            return new Presence.Present();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            Secret now = read(namespace, name);
            return now != null && code(now, connection) != null ? new Presence.Present() : conflict(namespace, name);
        }
    }

    /** The code of a connection as it exists now; null when there is no such connection, or no code that is its own. */
    @Nullable
    String of(String namespace, String name) {
        OAuthConnection connection = kubernetes
                .resources(OAuthConnection.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
        Secret secret = connection == null ? null : read(namespace, name);
        return connection == null || secret == null ? null : code(secret, connection);
    }

    private @Nullable Secret read(String namespace, String name) {
        return kubernetes
                .secrets()
                .inNamespace(namespace)
                .withName(Names.consentSecret(name))
                .get();
    }

    private static Presence.Refused conflict(String namespace, String name) {
        return new Presence.Refused(
                Reason.SecretConflict,
                "The Secret " + namespace + "/" + Names.consentSecret(name)
                        + " is not the operator's, so there is nowhere to put the pairing code: rename or delete it.");
    }

    private static boolean isOurs(Secret secret) {
        Map<String, String> labels = secret.getMetadata().getLabels();
        return labels != null
                && Names.MANAGER.equals(labels.get(Names.MANAGED_BY))
                && Names.CONSENT.equals(labels.get(Names.ROLE));
    }

    private static @Nullable String code(Secret secret, OAuthConnection connection) {
        boolean owned = secret.getMetadata().getOwnerReferences().stream()
                .map(OwnerReference::getUid)
                .anyMatch(connection.getMetadata().getUid()::equals);
        String encoded = secret.getData() == null ? null : secret.getData().get(Names.PAIRING_CODE);
        if (!isOurs(secret) || !owned || encoded == null) {
            return null;
        }
        try {
            String code = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            return PairingCode.isStrong(code) ? code : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Secret secretOf(OAuthConnection connection) {
        String name = connection.getMetadata().getName();
        String code = PairingCode.random();
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(connection.getMetadata().getNamespace())
                .withName(Names.consentSecret(name))
                .addToLabels(Names.MANAGED_BY, Names.MANAGER)
                .addToLabels(Names.ROLE, Names.CONSENT)
                .addToOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion(connection.getApiVersion())
                        .withKind(connection.getKind())
                        .withName(name)
                        .withUid(connection.getMetadata().getUid())
                        .withController(true)
                        .build())
                .endMetadata()
                .withType("Opaque")
                .withData(Map.of(
                        Names.PAIRING_CODE, Base64.getEncoder().encodeToString(code.getBytes(StandardCharsets.UTF_8))))
                .build();
    }
}

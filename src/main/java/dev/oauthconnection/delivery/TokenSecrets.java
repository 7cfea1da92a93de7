package dev.oauthconnection.delivery;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.delivery.TokenSecretContent.Rendering;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the token Secret of a connection as it should be: created with the connection as its owner, changed by PUT with a
 * resourceVersion and only if something differs, replaced when its type changes, moved when it is renamed, left alone when it is
 * somebody else's. Safe to call at any time and from several replicas: it writes what it is given, or nothing.
 */
public final class TokenSecrets {
    /** A write that met somebody else's is decided anew from what they left; more often than this nobody writes by accident. */
    private static final int ATTEMPTS = 4;

    private final KubernetesClient client;
    private final SecretRights rights;
    /** By the connection's UID: the name under which its Secret is the only one. Losing it costs one list. */
    private final Map<String, String> settled = new ConcurrentHashMap<>();

    public TokenSecrets(KubernetesClient client) {
        this(client, SecretRights.LISTED);
    }

    public TokenSecrets(KubernetesClient client, SecretRights rights) {
        this.client = client;
        this.rights = rights;
    }

    /** The name of a connection's token Secret: spec.secret.name, or else the connection's own. */
    public static String name(OAuthConnection connection) {
        return TokenSecretContent.name(connection);
    }

    /** The connection is gone. */
    public void forget(OAuthConnection connection) {
        settled.remove(connection.getMetadata().getUid());
    }

    /** A copy for caches: values replaced by their SHA-256 digests, managedFields dropped. Applied twice it changes nothing more. */
    public static Secret reduce(Secret secret) {
        return SecretDigest.reduce(secret);
    }

    /**
     * Whether a token Secret, whole or reduced, is no longer what was delivered: its data, its type or what we put into its metadata
     * was edited. Whether it is what the spec asks for now is for {@link #deliver} to say.
     */
    public static boolean drifted(Secret secret) {
        SecretDigest delivered = SecretDigest.remembered(secret);
        return delivered == null || !delivered.describes(secret);
    }

    /** What was delivered into a token Secret, whole or reduced, in 16 digits that say nothing of the token; empty where that cannot be told. */
    public static Optional<String> version(Secret secret) {
        return Optional.ofNullable(SecretDigest.remembered(secret)).flatMap(SecretDigest::version);
    }

    /**
     * Makes the token Secret hold this token, unless it holds a later one.
     *
     * @param mark of the answer that the token is from
     */
    public Delivery deliver(OAuthConnection connection, PublishedToken token, Mark mark) {
        return switch (TokenSecretContent.render(connection, token, mark)) {
            case Rendering.Invalid invalid -> new Delivery.Refused(invalid.reason(), invalid.message());
            case Rendering.Rendered rendered -> deliver(connection, rendered.secret(), mark);
        };
    }

    /** Deletes the token Secret of a grant that ended, unless it is somebody else's. */
    public void withdraw(OAuthConnection connection) {
        find(connection)
                .filter(existing -> SecretChange.belongsTo(existing, connection))
                .ifPresent(this::delete);
    }

    /** The Secret of the token Secret's name as it is now, whoever's it is. */
    public Optional<Secret> find(OAuthConnection connection) {
        return Optional.ofNullable(client.secrets()
                .inNamespace(connection.getMetadata().getNamespace())
                .withName(name(connection))
                .get());
    }

    /** The same; empty where the team has not granted it. */
    public Optional<Secret> findPermitted(OAuthConnection connection) {
        try {
            return find(connection);
        } catch (KubernetesClientException e) {
            if (rights.missing(e, connection).isEmpty()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** SHA-256 of the existing refresh token that was taken for this very connection, as its token Secret tells. */
    public Optional<String> existingGrantOf(OAuthConnection connection) {
        return find(connection)
                .filter(existing -> SecretChange.ownedBy(existing, connection))
                .flatMap(Mark::of)
                .map(Mark::existingGrant);
    }

    private Delivery deliver(OAuthConnection connection, Secret desired, Mark mark) {
        try {
            return attempt(connection, desired, mark);
        } catch (KubernetesClientException e) {
            return rights.missing(e, connection)
                    .map(missing -> new Delivery.Failed(Reason.SecretAccessMissing, missing, false))
                    .orElseGet(() -> DeliveryFailures.explain(e, desired));
        }
    }

    private Delivery attempt(OAuthConnection connection, Secret desired, Mark mark) {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Secret existing = client.resource(desired).get();
            if (existing != null && SecretChange.belongsTo(existing, connection) && mark.isBehind(existing)) {
                return new Delivery.Failed(
                        Reason.DeliveryFailed,
                        "the Secret " + desired.getMetadata().getName()
                                + " holds the token of a later refresh, which is left as it is",
                        true);
            }
            try {
                Delivery delivery = carryOut(SecretChange.decide(existing, desired, connection));
                if (delivery instanceof Delivery.Written || delivery instanceof Delivery.Unchanged) {
                    deleteRenamed(connection, desired);
                }
                return delivery;
            } catch (KubernetesClientException e) {
                if (!somebodyWasFaster(e, existing)) {
                    throw e;
                }
            }
        }
        return new Delivery.Failed(
                Reason.DeliveryFailed,
                "the Secret " + desired.getMetadata().getName()
                        + " is being changed by somebody else all the time; it is tried again",
                true);
    }

    private Delivery carryOut(SecretChange change) {
        return switch (change) {
            case SecretChange.Keep keep -> new Delivery.Unchanged();
            case SecretChange.Create create -> create(create.secret());
            case SecretChange.Update update -> {
                client.resource(update.secret()).update();
                yield new Delivery.Written(false);
            }
            case SecretChange.Replace replace -> {
                delete(replace.existing());
                yield create(replace.secret());
            }
            case SecretChange.Wait wait ->
                new Delivery.Failed(
                        Reason.DeliveryFailed,
                        "the token Secret is being deleted and a finalizer holds it; it is created again when it is gone",
                        true);
            case SecretChange.Refuse refuse -> new Delivery.Refused(Reason.SecretConflict, refuse.message());
        };
    }

    private Delivery create(Secret secret) {
        client.resource(secret).create();
        return new Delivery.Written(true);
    }

    /** Deletes this very version: who has changed or re-created the Secret meanwhile gets a 409 and another look. */
    private void delete(Secret secret) {
        client.resource(secret)
                .lockResourceVersion(secret.getMetadata().getResourceVersion())
                .delete();
    }

    /**
     * After the Secret of the new name exists, those of earlier names go. Found by label and owner, and looked for at the first delivery
     * under each name, so that a crash in between leaves nothing behind and a routine refresh lists nothing. The connection's own
     * deletion would take them too, so that nothing is lost where listing is not permitted: there, only the name that this process has
     * delivered under before is known.
     */
    private void deleteRenamed(OAuthConnection connection, Secret current) {
        String uid = connection.getMetadata().getUid();
        String name = current.getMetadata().getName();
        if (name.equals(settled.get(uid))) {
            return;
        }
        try {
            earlier(current.getMetadata().getNamespace(), settled.get(uid)).stream()
                    .filter(secret -> SecretChange.ownedBy(secret, connection))
                    .filter(secret -> !secret.getMetadata().getName().equals(name))
                    .forEach(this::delete);
            settled.put(uid, name);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN && e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    private List<Secret> earlier(String namespace, @Nullable String name) {
        if (rights.mayList()) {
            return client.secrets()
                    .inNamespace(namespace)
                    .withLabel(Names.MANAGED_BY, Names.MANAGER)
                    .withLabel(Names.ROLE, Names.TOKEN)
                    .list()
                    .getItems();
        }
        return name == null
                ? List.of()
                : Stream.ofNullable(client.secrets()
                                .inNamespace(namespace)
                                .withName(name)
                                .get())
                        .toList();
    }

    /** A conflict, or a Secret that was there and is gone. (A 404 for one that was not there is about its namespace.) */
    private static boolean somebodyWasFaster(KubernetesClientException e, @Nullable Secret existing) {
        return e.getCode() == HttpURLConnection.HTTP_CONFLICT
                || (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND && existing != null);
    }
}

package dev.oauthconnection.delivery;

import static dev.oauthconnection.delivery.SecretDigest.orEmpty;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What has to be done to an existing Secret (or to none) so that it becomes the desired one: a pure decision, by who owns it. */
sealed interface SecretChange {
    /** There is none: create it. */
    record Create(Secret secret) implements SecretChange {}

    /** It is this connection's, or was an earlier connection's of the same name: PUT this, with the resourceVersion it carries. */
    record Update(Secret secret) implements SecretChange {}

    /** It is this connection's, but Kubernetes lets no one change its type (or it was made immutable): delete and create. */
    record Replace(Secret existing, Secret secret) implements SecretChange {}

    /** It is as it should be. */
    record Keep() implements SecretChange {}

    /** It is on its way out, held by a finalizer: what is written now would vanish with it. */
    record Wait() implements SecretChange {}

    /** It is somebody else's. */
    record Refuse(String message) implements SecretChange {}

    static SecretChange decide(@Nullable Secret existing, Secret desired, OAuthConnection connection) {
        if (existing == null) {
            return new Create(desired);
        }
        if (!belongsTo(existing, connection)) {
            return new Refuse("the Secret " + desired.getMetadata().getName() + " exists and is not this connection's"
                    + controller(existing)
                            .map(owner -> " (it belongs to " + owner.getKind() + " " + owner.getName() + ")")
                            .orElse("")
                    + ": delete or rename it, or set spec.secret.name to another name");
        }
        if (existing.getMetadata().getDeletionTimestamp() != null) {
            return new Wait();
        }
        if (!Objects.equals(existing.getType(), desired.getType()) || Boolean.TRUE.equals(existing.getImmutable())) {
            return new Replace(existing, desired);
        }
        Secret merged = merge(existing, desired);
        return merged.equals(existing) ? new Keep() : new Update(merged);
    }

    /** Whether this connection controls it, which nobody else's Secret says of itself by mistake. */
    static boolean ownedBy(Secret secret, OAuthConnection connection) {
        return controller(secret)
                .filter(owner -> owner.getUid().equals(connection.getMetadata().getUid()))
                .isPresent();
    }

    /**
     * Whether it may be written: this connection controls it; or it is a token Secret of ours for a connection of this name and
     * namespace, that is, of an earlier connection that was deleted and created again. A copy of such a Secret in another namespace
     * still names the namespace it came from.
     */
    static boolean belongsTo(Secret secret, OAuthConnection connection) {
        if (ownedBy(secret, connection)) {
            return true;
        }
        Map<String, String> labels = orEmpty(secret.getMetadata().getLabels());
        Map<String, String> annotations = orEmpty(secret.getMetadata().getAnnotations());
        ObjectMeta meta = connection.getMetadata();
        return Names.MANAGER.equals(labels.get(Names.MANAGED_BY))
                && Names.TOKEN.equals(labels.get(Names.ROLE))
                && meta.getNamespace().equals(annotations.get(Names.CONNECTION_NAMESPACE))
                && meta.getName().equals(annotations.get(Names.CONNECTION_NAME))
                && controller(secret).map(SecretChange::isConnection).orElse(true);
    }

    /** Desired content on top of the existing Secret: what others added to its metadata stays, what we once added and no longer want goes. */
    private static Secret merge(Secret existing, Secret desired) {
        SecretDigest before = SecretDigest.remembered(existing);
        Set<String> ourLabels = before == null ? Set.of() : before.labels();
        Set<String> ourAnnotations = before == null ? Set.of() : before.annotations();
        ObjectMeta from = existing.getMetadata();
        ObjectMeta to = desired.getMetadata();
        List<OwnerReference> owners = new ArrayList<>(from.getOwnerReferences());
        owners.removeIf(SecretChange::isConnection);
        owners.addAll(to.getOwnerReferences());
        return new SecretBuilder(existing)
                .editMetadata()
                .withLabels(overlay(from.getLabels(), ourLabels, to.getLabels()))
                .withAnnotations(overlay(from.getAnnotations(), ourAnnotations, to.getAnnotations()))
                .withOwnerReferences(owners)
                .endMetadata()
                .withData(desired.getData())
                .build();
    }

    private static Map<String, String> overlay(
            @Nullable Map<String, String> existing, Set<String> stale, Map<String, String> desired) {
        Map<String, String> merged = new TreeMap<>(orEmpty(existing));
        merged.keySet().removeAll(stale);
        merged.putAll(desired);
        return merged;
    }

    private static Optional<OwnerReference> controller(Secret secret) {
        return secret.getMetadata().getOwnerReferences().stream()
                .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                .findFirst();
    }

    private static boolean isConnection(OwnerReference owner) {
        return owner.getKind().equals("OAuthConnection")
                && owner.getApiVersion().startsWith(Names.GROUP + "/");
    }
}

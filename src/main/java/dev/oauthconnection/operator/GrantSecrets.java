package dev.oauthconnection.operator;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantJson;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.grant.GrantStore;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Grants as Secrets in the operator's namespace. The Secret's resourceVersion is the lock of the redemption; what may be seen of the
 * grant is mirrored as an annotation in the same write, so that a watch needs no data.
 */
public final class GrantSecrets implements GrantStore {
    private static final String KEY = "grant";

    private final KubernetesClient client;
    private final String namespace;

    public GrantSecrets(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    @Override
    public Optional<Stored> read(GrantKey key) {
        return read(key.secretName()).map(stored -> of(key, stored));
    }

    /** The grant in the Secret of this name, whoever's it is: also one that no connection leads to any more. */
    Optional<Stored> read(String secretName) {
        try {
            // A GET without a resourceVersion is answered from a quorum of etcd.
            Secret secret =
                    client.secrets().inNamespace(namespace).withName(secretName).get();
            return Optional.ofNullable(secret).map(GrantSecrets::stored);
        } catch (KubernetesClientException e) {
            throw new StoreUnavailable("the grant Secret cannot be read (" + describe(e) + ")", e);
        }
    }

    @Override
    public Put put(Grant grant, String version) {
        return write(() -> client.secrets()
                .inNamespace(namespace)
                .resource(secretOf(grant, version))
                .update());
    }

    @Override
    public Put create(Grant grant) {
        return write(() -> client.secrets()
                .inNamespace(namespace)
                .resource(secretOf(grant, null))
                .create());
    }

    private static Put write(Supplier<Secret> call) {
        try {
            return new Put.Done(stored(call.get()));
        } catch (KubernetesClientException e) {
            return switch (e.getCode()) {
                case 409 -> new Put.Conflict();
                case 404 -> new Put.Missing();
                case 400, 403, 413, 422 -> new Put.Refused(describe(e));
                default -> new Put.Unknown(describe(e));
            };
        }
    }

    /** Never the message of the exception: the API server may quote from the object. */
    private static String describe(KubernetesClientException e) {
        String reason = e.getStatus() == null ? null : e.getStatus().getReason();
        return e.getCode() == 0
                ? "the API server did not answer"
                : "HTTP " + e.getCode() + (reason == null ? "" : " " + reason);
    }

    private Secret secretOf(Grant grant, @Nullable String version) {
        GrantKey key = grant.key();
        return new SecretBuilder()
                .withNewMetadata()
                .withName(key.secretName())
                .withNamespace(namespace)
                .withResourceVersion(version)
                .addToLabels(Names.MANAGED_BY, Names.MANAGER)
                .addToLabels(Names.ROLE, Names.GRANT)
                .addToAnnotations(Names.CONNECTION_NAMESPACE_UID, key.namespaceUid())
                .addToAnnotations(Names.CONNECTION_NAMESPACE, key.namespace())
                .addToAnnotations(Names.CONNECTION_NAME, key.name())
                .addToAnnotations(Names.SUMMARY, new String(GrantJson.write(grant.summary()), StandardCharsets.UTF_8))
                .endMetadata()
                .withType(Names.GROUP + "/grant")
                .addToData(KEY, Base64.getEncoder().encodeToString(GrantJson.write(grant)))
                .build();
    }

    private static Stored stored(Secret secret) {
        String data = Objects.requireNonNullElse(secret.getData(), Map.<String, String>of())
                .get(KEY);
        if (data == null) {
            throw unreadable(secret, "it has lost its key 'grant'");
        }
        Grant grant;
        try {
            grant = GrantJson.read(Base64.getDecoder().decode(data), Grant.class);
        } catch (GrantJson.Unreadable e) {
            throw unreadable(secret, String.valueOf(e.getMessage()));
        }
        return new Stored(grant, secret.getMetadata().getResourceVersion(), released(secret), rebind(secret));
    }

    /** A grant that was copied into the Secret of another connection is not that connection's. */
    private static Stored of(GrantKey key, Stored stored) {
        if (!stored.grant().key().equals(key)) {
            throw unreadable(
                    key.secretName(),
                    "it holds the grant of " + stored.grant().key().namespace() + "/"
                            + stored.grant().key().name());
        }
        return stored;
    }

    private static Unreadable unreadable(Secret secret, String why) {
        return unreadable(secret.getMetadata().getName(), why);
    }

    private static Unreadable unreadable(String name, String why) {
        return new Unreadable("the grant Secret " + name + " cannot be read (" + why
                + "): restore it from a backup, or delete it and give consent again; nothing is sent");
    }

    /** What each grant Secret of a namespace says of itself in its annotation; those that say nothing readable are left out. */
    static Stream<Grant> summaries(KubernetesClient client, String namespace) {
        return client
                .secrets()
                .inNamespace(namespace)
                .withLabel(Names.MANAGED_BY, Names.MANAGER)
                .withLabel(Names.ROLE, Names.GRANT)
                .list()
                .getItems()
                .stream()
                .flatMap(secret -> summarized(secret).stream())
                .map(Stored::grant);
    }

    /** What a watch sees of a grant Secret: the summary in its annotation; empty when that is not readable. */
    static Optional<Stored> summarized(Secret secret) {
        String summary = annotation(secret, Names.SUMMARY);
        if (summary.isEmpty()) {
            return Optional.empty();
        }
        try {
            Grant grant = GrantJson.read(summary.getBytes(StandardCharsets.UTF_8), Grant.class);
            return Optional.of(
                    new Stored(grant, secret.getMetadata().getResourceVersion(), released(secret), rebind(secret)));
        } catch (GrantJson.Unreadable e) {
            return Optional.empty();
        }
    }

    private static long released(Secret secret) {
        String value = annotation(secret, Names.RELEASE);
        try {
            return value.isEmpty() ? 0 : Long.parseLong(value.trim());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static String rebind(Secret secret) {
        return annotation(secret, Names.REBIND).trim();
    }

    private static String annotation(Secret secret, String name) {
        Map<String, String> annotations = secret.getMetadata().getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault(name, "");
    }
}

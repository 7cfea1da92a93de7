package dev.oauthconnection.consent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.oauthconnection.api.Names;
import dev.oauthconnection.grant.GrantKey;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The attempts, each a Secret of its own in the operator's namespace, so that every replica knows them. An attempt is used once: it is
 * deleted, with its UID and resourceVersion as precondition, before anything is done with the answer, and the API server lets exactly one
 * deletion through.
 */
public final class Attempts {
    /** Somebody who holds the pairing code and starts over and over fills no etcd: the oldest attempt makes room. */
    static final int OPEN_PER_CONNECTION = 5;

    private static final String KEY = "attempt";
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private final KubernetesClient kubernetes;
    private final String namespace;
    private final InstantSource clock;
    /** Whether there may be attempts: those of processes before this one are looked for once. */
    private volatile boolean open = true;

    /**
     * Keeps attempts.
     *
     * @param namespace the operator's own
     */
    public Attempts(KubernetesClient kubernetes, String namespace, InstantSource clock) {
        this.kubernetes = kubernetes;
        this.namespace = namespace;
        this.clock = clock;
    }

    /** An attempt as it is stored. */
    record Stored(Secret secret, Attempt attempt) {
        @Override
        public String toString() {
            return attempt.toString();
        }
    }

    void store(String state, Attempt attempt) {
        makeRoom(attempt.key());
        Secret secret = new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(secretName(state))
                .addToLabels(Names.MANAGED_BY, Names.MANAGER)
                .addToLabels(Names.ROLE, Names.ATTEMPT)
                .addToAnnotations(Names.CONNECTION_NAMESPACE, attempt.key().namespace())
                .addToAnnotations(Names.CONNECTION_NAME, attempt.key().name())
                .addToAnnotations(Names.CONNECTION_NAMESPACE_UID, attempt.key().namespaceUid())
                .endMetadata()
                .withType("Opaque")
                .withImmutable(true)
                .withData(Map.of(KEY, Base64.getEncoder().encodeToString(write(attempt))))
                .build();
        try {
            kubernetes.resource(secret).create();
        } finally {
            // Also where the answer was lost, and the attempt is there.
            open = true;
        }
    }

    /** The attempt that a state belongs to; null when it is unknown or used. */
    @Nullable
    Stored find(String state) {
        Secret secret = kubernetes
                .secrets()
                .inNamespace(namespace)
                .withName(secretName(state))
                .get();
        Attempt attempt = secret == null ? null : read(secret);
        return secret == null || attempt == null ? null : new Stored(secret, attempt);
    }

    /** Takes an attempt out of the store; false when somebody else did. A lost answer counts as somebody else: the person starts again. */
    boolean consume(Stored stored) {
        try {
            return !kubernetes
                    .resource(stored.secret())
                    .lockResourceVersion(stored.secret().getMetadata().getResourceVersion())
                    .delete()
                    .isEmpty();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /** Ends all attempts of a connection: after the first commit the answers to the others are late. */
    void deleteAll(GrantKey key) {
        of(key).forEach(this::consume);
    }

    /** Deletes what has expired. Asks the API for nothing while there is none that this process began or found. */
    public void sweep() {
        if (!open) {
            return;
        }
        open = false;
        boolean done = false;
        try {
            done = deleteExpired();
        } finally {
            open |= !done;
        }
    }

    /** Whether none is left. */
    private boolean deleteExpired() {
        Instant now = clock.instant();
        boolean none = true;
        for (Secret secret : secrets()) {
            Attempt attempt = read(secret);
            if (attempt == null || attempt.isExpired(now)) {
                kubernetes.resource(secret).delete();
            } else {
                none = false;
            }
        }
        return none;
    }

    private void makeRoom(GrantKey key) {
        List<Stored> open = of(key);
        Instant now = clock.instant();
        for (int i = 0; i < open.size(); i++) {
            if (open.get(i).attempt().isExpired(now) || i <= open.size() - OPEN_PER_CONNECTION) {
                consume(open.get(i));
            }
        }
    }

    /** Oldest first. */
    private List<Stored> of(GrantKey key) {
        return secrets().stream()
                .map(secret -> {
                    Attempt attempt = read(secret);
                    return attempt == null || !attempt.key().equals(key) ? null : new Stored(secret, attempt);
                })
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(stored -> stored.attempt().createdAt()))
                .toList();
    }

    private List<Secret> secrets() {
        return kubernetes
                .secrets()
                .inNamespace(namespace)
                .withLabel(Names.ROLE, Names.ATTEMPT)
                .list()
                .getItems();
    }

    private static String secretName(String state) {
        return "attempt-" + Secrecy.sha256(state).substring(0, 40);
    }

    private static byte[] write(Attempt attempt) {
        try {
            return JSON.writeValueAsString(attempt).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an attempt can always be written", e);
        }
    }

    /** Null for a Secret that is not an attempt as we write them: somebody edited it, and it is nobody's any more. */
    private static @Nullable Attempt read(Secret secret) {
        String encoded = secret.getData() == null ? null : secret.getData().get(KEY);
        if (encoded == null) {
            return null;
        }
        try {
            return JSON.readValue(Base64.getDecoder().decode(encoded), Attempt.class);
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }
}

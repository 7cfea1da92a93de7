package dev.oauthconnection.operator;

import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.grant.GrantStore.Stored;
import dev.oauthconnection.grant.Intent;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What this replica knows of the grants without reading them: one watch of the grant Secrets that keeps only metadata, and what it has
 * just written itself. It also remembers when it first saw each intent, from which every fence is counted; a follower does so too.
 */
public final class GrantCache {
    private record Sighting(String nonce, long nanos) {}

    private final LongSupplier nanoTime;
    private final Map<String, Sighting> sightings = new ConcurrentHashMap<>();
    private final Map<String, Stored> written = new ConcurrentHashMap<>();
    private volatile Function<String, Optional<Secret>> watched = name -> Optional.empty();

    public GrantCache(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Looks up in this watch from now on. */
    void watch(Function<String, Optional<Secret>> byName) {
        this.watched = byName;
    }

    /** What is kept of a grant Secret: its metadata. Called by the watch for each version that arrives. */
    Secret reduce(Secret secret) {
        GrantSecrets.summarized(secret)
                .ifPresent(s -> see(secret.getMetadata().getName(), s.grant().intent()));
        return new SecretBuilder()
                .withNewMetadata()
                .withName(secret.getMetadata().getName())
                .withNamespace(secret.getMetadata().getNamespace())
                .withUid(secret.getMetadata().getUid())
                .withResourceVersion(secret.getMetadata().getResourceVersion())
                .withLabels(secret.getMetadata().getLabels())
                .withAnnotations(secret.getMetadata().getAnnotations())
                .endMetadata()
                .build();
    }

    private void see(String name, @org.jspecify.annotations.Nullable Intent intent) {
        if (intent == null) {
            sightings.remove(name);
            return;
        }
        sightings.compute(
                name,
                (key, seen) -> seen != null && seen.nonce().equals(intent.nonce())
                        ? seen
                        : new Sighting(intent.nonce(), nanoTime.getAsLong()));
    }

    /** Remembers what this process has just written or read, until the watch has it. */
    public void remember(Stored stored) {
        String name = stored.grant().key().secretName();
        Stored summary = new Stored(stored.grant().summary(), stored.version(), stored.released(), stored.rebind());
        see(name, stored.grant().intent());
        written.put(name, summary);
    }

    /** The grant of a connection, without tokens. */
    public Optional<Stored> get(GrantKey key) {
        String name = key.secretName();
        Optional<Stored> seen = watched.apply(name).flatMap(GrantSecrets::summarized);
        Stored own = written.get(name);
        if (own == null) {
            return seen;
        }
        if (seen.isPresent() && isAtLeast(seen.get().version(), own.version())) {
            written.remove(name, own);
            return seen;
        }
        return Optional.of(own);
    }

    /** The watch saw the Secret go. What was written after that is a new one. */
    boolean deleted(Secret secret) {
        String name = secret.getMetadata().getName();
        written.computeIfPresent(
                name, (key, own) -> isAtLeast(secret.getMetadata().getResourceVersion(), own.version()) ? null : own);
        return true;
    }

    /** Whether there is a grant Secret of which the watch tells nothing, since somebody edited its summary. */
    boolean isUnsummarized(GrantKey key) {
        Optional<Secret> secret = watched.apply(key.secretName());
        Stored own = written.get(key.secretName());
        return secret.isPresent()
                && GrantSecrets.summarized(secret.get()).isEmpty()
                && (own == null
                        || !isAtLeast(own.version(), secret.get().getMetadata().getResourceVersion()));
    }

    /** Forgets what was written: the Secret is known to be gone. */
    public void forget(GrantKey key) {
        written.remove(key.secretName());
        sightings.remove(key.secretName());
    }

    /** How long ago this replica first saw this very intent. */
    public Duration seenFor(GrantKey key, Intent intent) {
        String name = key.secretName();
        see(name, intent);
        Sighting sighting = sightings.get(name);
        return sighting == null ? Duration.ZERO : Duration.ofNanos(nanoTime.getAsLong() - sighting.nanos());
    }

    /** Resource versions of one resource are ordered as numbers. */
    private static boolean isAtLeast(String version, String other) {
        return Long.parseLong(version) >= Long.parseLong(other);
    }
}

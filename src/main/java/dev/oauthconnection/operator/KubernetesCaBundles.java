package dev.oauthconnection.operator;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.ProviderSpec.CaBundle;
import dev.oauthconnection.api.ProviderSpec.NamespacedKeyReference;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.provider.CaBundles;
import dev.oauthconnection.provider.CaBundles.Result.Found;
import dev.oauthconnection.provider.CaBundles.Result.Unreadable;
import dev.oauthconnection.provider.CaBundles.Result.Unusable;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads bundles by name when they are needed, each at most every half a minute, so that a changed one is believed soon and no watch is
 * needed. While the API server does not answer, what was read last is believed.
 */
public final class KubernetesCaBundles implements CaBundles {
    static final Duration GOOD_FOR = Duration.ofSeconds(30);
    static final Duration FAILED_FOR = Duration.ofSeconds(5);

    private final KubernetesClient client;
    private final InstantSource clock;
    private final Map<CaBundle, Entry> entries = new ConcurrentHashMap<>();

    public KubernetesCaBundles(KubernetesClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    @Override
    public Result read(CaBundle bundle) {
        Entry entry = entries.computeIfAbsent(bundle, key -> new Entry());
        entry.lock.lock();
        try {
            Result known = entry.result;
            return known != null && clock.instant().isBefore(entry.freshUntil)
                    ? known
                    : entry.accept(fetch(bundle), clock.instant());
        } finally {
            entry.lock.unlock();
        }
    }

    private Result fetch(CaBundle bundle) {
        NamespacedKeyReference configMap = bundle.configMapRef();
        boolean inConfigMap = configMap != null;
        NamespacedKeyReference reference = inConfigMap ? configMap : bundle.secretRef();
        if (reference == null) {
            return new Unusable("caBundle names no certificates: set configMapRef or secretRef");
        }
        String key = Objects.requireNonNullElse(reference.key(), Names.CA_BUNDLE);
        String object = "the " + (inConfigMap ? "ConfigMap " : "Secret ") + reference.name() + " in namespace "
                + reference.namespace();
        try {
            String pem = inConfigMap ? configMapValue(reference, key) : secretValue(reference, key);
            return pem == null
                    ? new Unusable("caBundle: " + object + " with the key " + key + " is not there: create it")
                    : new Found(Trust.systemAnd(pem));
        } catch (IllegalArgumentException e) {
            return new Unusable("caBundle: the key " + key + " of " + object + " " + e.getMessage());
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
                return new Unusable("caBundle: the operator may not read " + object
                        + ": give its service account the right to get "
                        + (inConfigMap ? "configmaps" : "secrets") + " there");
            }
            return new Unreadable(
                    "caBundle: " + object + " cannot be read right now (" + KubernetesClients.status(e) + ")");
        }
    }

    private @Nullable String configMapValue(NamespacedKeyReference reference, String key) {
        ConfigMap configMap = client.configMaps()
                .inNamespace(reference.namespace())
                .withName(reference.name())
                .get();
        return configMap == null || configMap.getData() == null
                ? null
                : configMap.getData().get(key);
    }

    private @Nullable String secretValue(NamespacedKeyReference reference, String key) {
        Secret secret = client.secrets()
                .inNamespace(reference.namespace())
                .withName(reference.name())
                .get();
        return secret == null ? null : KubernetesClients.value(secret, key);
    }

    /** What is known of one bundle; guarded by its lock, so that one thread asks and the others wait for it. */
    private static final class Entry {
        final ReentrantLock lock = new ReentrantLock();
        Instant freshUntil = Instant.MIN;

        @Nullable
        Result result;

        Result accept(Result fetched, Instant now) {
            freshUntil = now.plus(fetched instanceof Found ? GOOD_FOR : FAILED_FOR);
            Result kept = fetched instanceof Unreadable && result instanceof Found found ? found : fetched;
            result = kept;
            return kept;
        }
    }
}

package dev.oauthconnection.operator;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.grant.HolderEnd;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The few things that are asked of the cluster about other than our own resources. */
public final class Cluster {
    private static final Set<String> OVER = Set.of("Failed", "Succeeded");

    private final KubernetesClient client;
    private final String operatorNamespace;
    private final Map<String, GrantKey> keys = new ConcurrentHashMap<>();

    public Cluster(KubernetesClient client, String operatorNamespace) {
        this.client = client;
        this.operatorNamespace = operatorNamespace;
    }

    /** Whose grant this connection's is. A connection never leaves its namespace, so the namespace is read once for each. */
    public GrantKey keyOf(OAuthConnection connection) {
        return keys.computeIfAbsent(connection.getMetadata().getUid(), uid -> {
            String name = connection.getMetadata().getNamespace();
            Namespace namespace = namespace(name);
            if (namespace == null) {
                throw new KubernetesClientException("namespace " + name + " is gone");
            }
            return new GrantKey(
                    namespace.getMetadata().getUid(),
                    name,
                    connection.getMetadata().getName());
        });
    }

    void forget(OAuthConnection connection) {
        keys.remove(connection.getMetadata().getUid());
    }

    @Nullable
    Namespace namespace(String name) {
        return client.namespaces().withName(name).get();
    }

    /**
     * Whether the pod of an intent's holder is Failed or Succeeded, so that its journal died with it. A missing pod proves nothing, nor
     * does a pod that cannot be read.
     */
    boolean isPodOver(String holder) {
        String podUid = HolderEnd.podOf(holder);
        try {
            return client.pods().inNamespace(operatorNamespace).list().getItems().stream()
                    .filter(pod -> podUid.equals(pod.getMetadata().getUid()))
                    .anyMatch(pod -> OVER.contains(pod.getStatus().getPhase()));
        } catch (KubernetesClientException e) {
            return false;
        }
    }
}

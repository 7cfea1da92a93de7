package dev.oauthconnection.cli;

import dev.oauthconnection.api.ClusterOAuthProvider;
import dev.oauthconnection.api.ProviderSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.TreeMap;

/** The ClusterOAuthProviders of a cluster. */
final class AppliedProviders {
    private AppliedProviders() {}

    /** By name; none where the user may not read them, which teams as a rule may not. */
    static Map<String, ProviderSpec> readable(KubernetesClient client) {
        Map<String, ProviderSpec> applied = new TreeMap<>();
        try {
            client.resources(ClusterOAuthProvider.class)
                    .list()
                    .getItems()
                    .forEach(provider -> applied.put(provider.getMetadata().getName(), provider.getSpec()));
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
        return applied;
    }
}

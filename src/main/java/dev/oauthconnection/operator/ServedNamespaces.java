package dev.oauthconnection.operator;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The namespaces that are listed and that RBAC lets the operator serve. One that is not, or that does not exist, stands in the way of no
 * other: to watch it would fail for ever, and the process would be restarted again and again.
 */
public final class ServedNamespaces {
    private static final ListOptions ONE =
            new ListOptionsBuilder().withLimit(1L).build();

    private final KubernetesClient client;
    private final Configuration.Scope scope;

    public ServedNamespaces(KubernetesClient client, Configuration.Scope scope) {
        this.client = client;
        this.scope = scope;
    }

    /** Those that are listed and may not be served, in alphabetical order. */
    public Set<String> refused() {
        return scope.namespaces().stream()
                .filter(this::isRefused)
                .collect(Collectors.toCollection(java.util.TreeSet::new));
    }

    /** Whether none is left to be served. Nothing listed is everything. */
    boolean isAll(Set<String> refused) {
        return !refused.isEmpty() && refused.containsAll(scope.namespaces());
    }

    /** What to tell about namespaces that may not be served. */
    public static String describe(Set<String> refused) {
        return "not served, since they do not exist or RBAC refuses them: " + String.join(", ", refused)
                + ". Create the namespace, and apply the RoleBinding of deploy/components/listed-namespaces there, or take it out of "
                + "--watch-namespaces; it is looked at again every 30 seconds";
    }

    private boolean isRefused(String namespace) {
        try {
            client.resources(OAuthConnection.class).inNamespace(namespace).list(ONE);
            if (scope.secrets() == Configuration.SecretAccess.Listed) {
                client.secrets()
                        .inNamespace(namespace)
                        .withLabel(Names.ROLE, Names.TOKEN)
                        .list(ONE);
            }
            return false;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
                return true;
            }
            throw e;
        }
    }
}

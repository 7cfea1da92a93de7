package dev.oauthconnection.local.embedded;

import dev.oauthconnection.api.ClusterOAuthProvider;
import dev.oauthconnection.api.OAuthConnection;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.utils.Utils;
import java.util.List;
import java.util.Optional;

/**
 * One kind of object that the embedded API serves.
 *
 * @param group empty for the core group
 * @param custom whether it is defined by a CustomResourceDefinition: such objects have a generation, and a PUT needs a resourceVersion
 * @param status whether it has the status subresource
 * @param durable whether its objects outlive the process; what only matters while it runs (events, leases) is not written
 */
record ResourceType(
        String group,
        String version,
        String plural,
        String kind,
        boolean namespaced,
        boolean custom,
        boolean status,
        boolean durable) {

    static final ResourceType NAMESPACES = core("namespaces", "Namespace", false, true);
    static final ResourceType SECRETS = core("secrets", "Secret", true, true);

    /** Everything that is served. The plurals of the durable ones differ, for they name folders. */
    static final List<ResourceType> ALL = List.of(
            NAMESPACES,
            SECRETS,
            core("configmaps", "ConfigMap", true, true),
            core("pods", "Pod", true, true),
            core("serviceaccounts", "ServiceAccount", true, true),
            core("events", "Event", true, false),
            new ResourceType("events.k8s.io", "v1", "events", "Event", true, false, false, false),
            new ResourceType("coordination.k8s.io", "v1", "leases", "Lease", true, false, false, false),
            customResource(OAuthConnection.class, true),
            customResource(ClusterOAuthProvider.class, false));

    static Optional<ResourceType> find(String group, String version, String plural) {
        return ALL.stream()
                .filter(type -> type.group.equals(group) && type.version.equals(version) && type.plural.equals(plural))
                .findFirst();
    }

    static Optional<ResourceType> durable(String plural) {
        return ALL.stream()
                .filter(type -> type.durable && type.plural.equals(plural))
                .findFirst();
    }

    String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** How Kubernetes names it in messages: {@code secrets}, {@code oauthconnections.oauthconnection.dev}. */
    String qualifiedPlural() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    private static ResourceType core(String plural, String kind, boolean namespaced, boolean durable) {
        return new ResourceType("", "v1", plural, kind, namespaced, false, false, durable);
    }

    private static ResourceType customResource(Class<? extends HasMetadata> type, boolean status) {
        return new ResourceType(
                HasMetadata.getGroup(type),
                HasMetadata.getVersion(type),
                HasMetadata.getPlural(type),
                HasMetadata.getKind(type),
                Utils.isResourceNamespaced(type) || Namespaced.class.isAssignableFrom(type),
                true,
                status,
                true);
    }
}

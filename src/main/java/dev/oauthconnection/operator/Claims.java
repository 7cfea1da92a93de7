package dev.oauthconnection.operator;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.observe.Events;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which installation of the operator serves a connection: the first that writes its namespace into {@code status.servedBy}. Two that
 * served the same one would each keep a grant of it, and a refresh token that both have is spent twice.
 *
 * <p>The claim is a server-side apply without force, by a field manager of this installation's own: where another one was first, the API
 * server answers with a conflict. All replicas of an installation have one namespace, and one that is created again under that name is the
 * same installation.
 */
final class Claims {
    private final KubernetesClient client;
    private final String installation;
    private final Events events;
    private final PatchContext apply;
    /** By UID of the connection: who was told to serve it. */
    private final Map<String, String> told = new ConcurrentHashMap<>();

    /** @param installation the operator's own namespace */
    Claims(KubernetesClient client, String installation, Events events) {
        this.client = client;
        this.installation = installation;
        this.events = events;
        this.apply = new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(Names.MANAGER + "/" + installation)
                .withForce(false)
                .build();
    }

    /** Who serves it, as far as that status says; null for nobody. */
    static @Nullable String servedBy(OAuthConnection connection) {
        OAuthConnectionStatus status = connection.getStatus();
        return status == null ? null : status.servedBy();
    }

    /**
     * Makes sure that the connection is this installation's, and costs a write only once in its life.
     *
     * @return the connection with the claim in it; empty where another installation serves it, which is then told by an event
     */
    Optional<OAuthConnection> claim(OAuthConnection connection) {
        String by = servedBy(connection);
        if (by == null) {
            told.remove(connection.getMetadata().getUid());
            try {
                return Optional.of(write(connection));
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                    throw e;
                }
                OAuthConnection now = client.resource(connection).get();
                by = now == null ? null : servedBy(now);
            }
        }
        if (installation.equals(by)) {
            return Optional.of(connection);
        }
        if (by != null && !by.equals(told.put(connection.getMetadata().getUid(), by))) {
            events.warn(connection, Reason.ServedByAnother, message(connection, by, installation));
        }
        return Optional.empty();
    }

    void forget(OAuthConnection connection) {
        told.remove(connection.getMetadata().getUid());
    }

    /** What a person can do who expected this installation to serve it. */
    static String message(OAuthConnection connection, String by, String installation) {
        return "The operator in namespace " + by + " serves this connection, and the one in " + installation
                + " leaves it alone: narrow --selector or --watch-namespaces of one of them. If the one in " + by
                + " is gone for good: kubectl patch oauthconnection "
                + connection.getMetadata().getName() + " --namespace "
                + connection.getMetadata().getNamespace()
                + " --subresource=status --type=merge --patch '{\"status\":{\"servedBy\":null}}'";
    }

    private OAuthConnection write(OAuthConnection connection) {
        OAuthConnection claim = new OAuthConnection();
        claim.getMetadata().setName(connection.getMetadata().getName());
        claim.getMetadata().setNamespace(connection.getMetadata().getNamespace());
        // A connection of that name that was made meanwhile is another one.
        claim.getMetadata().setUid(connection.getMetadata().getUid());
        claim.setStatus(new OAuthConnectionStatus(null, null, null, null, null, installation));
        return client.resource(claim).subresource("status").patch(apply);
    }
}

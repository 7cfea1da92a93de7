package dev.oauthconnection.delivery;

import dev.oauthconnection.api.OAuthConnection;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/** How RBAC lets the operator reach the Secrets of a team's namespace, and what the team is told where it does not. */
public interface SecretRights {
    /** All Secrets of a namespace may be listed. What is refused there is no matter for the team. */
    SecretRights LISTED = new SecretRights() {
        @Override
        public boolean mayList() {
            return true;
        }

        @Override
        public Optional<String> missing(KubernetesClientException refusal, OAuthConnection connection) {
            return Optional.empty();
        }
    };

    /** Whether the Secrets of a namespace may be listed. */
    boolean mayList();

    /** What the team of a connection has to grant; empty where the refusal is about something else than the team's Role. */
    Optional<String> missing(KubernetesClientException refusal, OAuthConnection connection);
}

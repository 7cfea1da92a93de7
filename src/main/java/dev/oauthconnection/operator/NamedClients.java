package dev.oauthconnection.operator;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.delivery.SecretRights;
import dev.oauthconnection.delivery.TokenSecrets;
import dev.oauthconnection.provider.ClientResolution;
import dev.oauthconnection.provider.Clients;
import dev.oauthconnection.provider.Provider;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/**
 * The clients of connections whose Secrets are reached by name. There is none while the token Secret may not be read: a token could not be
 * delivered, and a grant that is older than the token made from it could not be told from a good one.
 */
record NamedClients(Clients clients, TokenSecrets tokens, SecretRights rights) implements Clients {
    @Override
    public ClientResolution resolve(OAuthConnection connection, Provider provider) {
        try {
            tokens.find(connection);
        } catch (KubernetesClientException e) {
            Optional<String> missing = rights.missing(e, connection);
            if (missing.isPresent()) {
                return new ClientResolution.Problem(Reason.SecretAccessMissing, missing.get());
            }
            throw e;
        }
        return clients.resolve(connection, provider);
    }
}

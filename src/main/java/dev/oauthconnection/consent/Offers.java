package dev.oauthconnection.consent;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.lifecycle.ConnectionSettings;
import dev.oauthconnection.provider.ClientResolution;
import dev.oauthconnection.provider.Clients;
import dev.oauthconnection.provider.Provider;
import dev.oauthconnection.provider.ProviderResolution;
import dev.oauthconnection.provider.Providers;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.util.List;

/** Looks up what a consent to a connection would mean: the connection as it is stored now, its provider, its client, its scopes. */
public final class Offers {
    private static final String OPENID = "openid";

    private final KubernetesClient kubernetes;
    private final Providers providers;
    private final Clients clients;
    private final String installation;

    /** @param installation the operator's own namespace: what another one serves is not offered here */
    public Offers(KubernetesClient kubernetes, Providers providers, Clients clients, String installation) {
        this.kubernetes = kubernetes;
        this.providers = providers;
        this.clients = clients;
        this.installation = installation;
    }

    /** Reads from the API server, never from a cache: what the person is shown is what is there. */
    public Offer of(String namespace, String name) {
        OAuthConnection connection = kubernetes
                .resources(OAuthConnection.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
        Namespace home = kubernetes.namespaces().withName(namespace).get();
        if (connection == null || home == null) {
            return new Offer.Closed(
                    Reason.Deleting, "There is no OAuthConnection " + namespace + "/" + name + ": apply it first.");
        }
        if (connection.isMarkedForDeletion() || home.isMarkedForDeletion()) {
            return new Offer.Closed(
                    Reason.Deleting,
                    namespace + "/" + name + " is being deleted: apply it again once it is gone, then give consent.");
        }
        String servedBy =
                connection.getStatus() == null ? null : connection.getStatus().servedBy();
        if (servedBy != null && !servedBy.equals(installation)) {
            return new Offer.Closed(
                    Reason.ServedByAnother,
                    "The operator in namespace " + servedBy + " serves this connection, not this one in " + installation
                            + ": open status.consent.url of the connection.");
        }
        if (connection.getSpec().grantType() == GrantType.ClientCredentials) {
            return new Offer.Closed(
                    Reason.Progressing,
                    "A connection with grantType ClientCredentials asks nobody for consent; there is nothing to do here.");
        }
        if (Boolean.TRUE.equals(connection.getSpec().suspend())) {
            return new Offer.Closed(
                    Reason.Suspended,
                    "The connection is suspended: set spec.suspend to false, then open this page again.");
        }
        GrantKey key = new GrantKey(home.getMetadata().getUid(), namespace, name);
        return switch (providers.resolve(connection.getSpec().provider().name())) {
            case ProviderResolution.NotFound(String message) -> new Offer.Closed(Reason.ProviderNotFound, message);
            case ProviderResolution.Invalid(String message) -> new Offer.Closed(Reason.ProviderInvalid, message);
            case ProviderResolution.Unreachable(String message) ->
                new Offer.Closed(Reason.ProviderUnavailable, message);
            case ProviderResolution.Resolved(Provider provider) -> withProvider(key, connection, provider);
        };
    }

    private Offer withProvider(GrantKey key, OAuthConnection connection, Provider provider) {
        URI authorizationEndpoint = provider.authorizationEndpoint();
        if (authorizationEndpoint == null) {
            return new Offer.Closed(
                    Reason.ProviderInvalid,
                    "The provider " + provider.name()
                            + " has no authorization endpoint: set authorization.endpoint in its entry, or use grantType ClientCredentials.");
        }
        return switch (clients.resolve(connection, provider)) {
            case ClientResolution.Problem(Reason reason, String message) -> new Offer.Closed(reason, message);
            case ClientResolution.Unreadable(String message) ->
                new Offer.Closed(Reason.Progressing, "At the moment " + message + ": try again.");
            case ClientResolution.Resolved(var client) -> {
                List<String> scopes =
                        ConnectionSettings.of(connection.getSpec()).scopesOr(provider.defaultScopes());
                if (scopes.contains(OPENID) && provider.issuer() != null && provider.jwksUri() == null) {
                    yield new Offer.Closed(
                            Reason.ProviderUnavailable,
                            "The keys of " + provider.issuer()
                                    + " are not known, so its ID token could not be checked: "
                                    + "try again in a minute. Should it stay so, its metadata names no jwks_uri: "
                                    + "leave the scope openid out.");
                }
                yield new Offer.Open(key, connection, provider, authorizationEndpoint, client, List.copyOf(scopes));
            }
        };
    }
}

package dev.oauthconnection.consent;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.Binding;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.lifecycle.GrantTerms;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.provider.Provider;
import java.net.URI;
import java.util.List;

/** What a consent to a connection would mean right now. */
public sealed interface Offer {
    /**
     * Consent can be given.
     *
     * @param authorizationEndpoint the provider's, which is there
     * @param scopes those of the connection, or else the provider's default scopes
     */
    record Open(
            GrantKey key,
            OAuthConnection connection,
            Provider provider,
            URI authorizationEndpoint,
            Client client,
            List<String> scopes)
            implements Offer {
        /** The UID of the connection: one that is made again under the same name is another one. */
        String connectionUid() {
            return connection.getMetadata().getUid();
        }

        /** Where the grant may go. */
        Binding binding() {
            return GrantTerms.bindingOf(provider, client);
        }

        @Override
        public String toString() {
            return "Open[" + key + " at " + provider.name() + "]";
        }
    }

    /** Consent cannot be given; the message says what to do. */
    record Closed(Reason reason, String message) implements Offer {}
}

package dev.oauthconnection.oauth;

import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.network.Trust;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * One request to a token endpoint (RFC 6749, sections 4.1.3, 4.4.2 and 6), ready to be sent.
 *
 * @param endpoint where it goes, and where alone
 * @param trust whose certificates are believed there
 * @param client who asks
 * @param authentication how the client says who it is
 * @param parameters the form, without client authentication; order is kept
 * @param headers more headers
 * @param notProcessedStatuses statuses by which this provider says that it did not process a request
 * @param defaultLifetime of the access token, when the answer does not say it
 */
public record TokenRequest(
        URI endpoint,
        Trust trust,
        Client client,
        ClientAuthentication authentication,
        Map<String, String> parameters,
        Map<String, String> headers,
        Set<Integer> notProcessedStatuses,
        Duration defaultLifetime) {
    @Override
    public String toString() {
        return "TokenRequest[" + parameters.get("grant_type") + " to " + endpoint + " for " + client + "]";
    }
}

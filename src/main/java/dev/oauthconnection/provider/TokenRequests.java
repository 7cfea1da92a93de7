package dev.oauthconnection.provider;

import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.oauth.TokenRequest;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the token requests of each grant type, as a provider wants them. */
public final class TokenRequests {
    private TokenRequests() {}

    /**
     * The exchange of an authorization code (RFC 6749, section 4.1.3; RFC 7636, section 4.5).
     *
     * @param redirectUri the one of the authorization request
     * @param codeVerifier sent only where the provider's entry has PKCE; null without
     */
    public static TokenRequest authorizationCode(
            Provider provider, Client client, String code, URI redirectUri, @Nullable String codeVerifier) {
        Map<String, String> form = form(provider, "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", redirectUri.toString());
        if (codeVerifier != null) {
            switch (provider.pkce()) {
                case S256 -> form.put("code_verifier", codeVerifier);
                case None -> {}
            }
        }
        return today(provider, client, form);
    }

    /**
     * A refresh (RFC 6749, section 6), sent where the grant is bound to, whatever the provider's entry says today. It names no scope, so
     * the scopes stay those of the grant.
     *
     * @param endpoint the token endpoint that the grant is bound to
     * @param authentication the client authentication that the grant is bound to
     */
    public static TokenRequest refresh(
            Provider provider, Client client, URI endpoint, ClientAuthentication authentication, String refreshToken) {
        Map<String, String> form = form(provider, "refresh_token");
        form.put("refresh_token", refreshToken);
        return request(provider, client, endpoint, authentication, form);
    }

    /** Client credentials (RFC 6749, section 4.4.2). */
    public static TokenRequest clientCredentials(Provider provider, Client client, List<String> scopes) {
        Map<String, String> form = form(provider, "client_credentials");
        if (!scopes.isEmpty()) {
            form.put(provider.scopeParameter(), String.join(provider.scopeSeparator(), scopes));
        }
        return today(provider, client, form);
    }

    /** The provider's own parameters come first, so that none of them replaces one of the protocol's. */
    private static Map<String, String> form(Provider provider, String grantType) {
        Map<String, String> form = new LinkedHashMap<>(provider.tokenParameters());
        form.put("grant_type", grantType);
        return form;
    }

    private static TokenRequest today(Provider provider, Client client, Map<String, String> form) {
        ClientAuthentication authentication = provider.authenticationOf(client.secret() != null);
        return request(provider, client, provider.tokenEndpoint(), authentication, form);
    }

    private static TokenRequest request(
            Provider provider,
            Client client,
            URI endpoint,
            ClientAuthentication authentication,
            Map<String, String> form) {
        return new TokenRequest(
                endpoint,
                provider.trust(),
                client,
                authentication,
                Collections.unmodifiableMap(form),
                provider.tokenHeaders(),
                provider.notProcessedStatuses(),
                provider.defaultLifetime());
    }
}

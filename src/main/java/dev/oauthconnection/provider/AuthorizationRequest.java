package dev.oauthconnection.provider;

import dev.oauthconnection.oauth.Pkce;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * An authorization request for a code (RFC 6749, section 4.1.1; OpenID Connect Core, section 3.1.2.1).
 *
 * @param endpoint the authorization endpoint; a query that it has is kept
 * @param scopeParameter the parameter's name, {@code scope} nearly everywhere
 * @param nonce null where no ID token is asked for
 * @param codeChallenge by method S256; null where the provider cannot
 * @param parameters the provider's own; they cannot replace one of the protocol's
 */
public record AuthorizationRequest(
        URI endpoint,
        String clientId,
        URI redirectUri,
        List<String> scopes,
        String scopeParameter,
        String scopeSeparator,
        String state,
        @Nullable String nonce,
        @Nullable String codeChallenge,
        Map<String, String> parameters) {

    /**
     * The request as a provider wants it.
     *
     * @param pkce left out of the request where the provider's entry says that it cannot
     * @throws IllegalArgumentException when the provider has no authorization endpoint
     */
    public static AuthorizationRequest of(
            Provider provider,
            String clientId,
            URI redirectUri,
            List<String> scopes,
            String state,
            @Nullable String nonce,
            Pkce pkce) {
        @Nullable URI endpoint = provider.authorizationEndpoint();
        if (endpoint == null) {
            throw new IllegalArgumentException("provider '" + provider.name() + "' has no authorization endpoint");
        }
        @Nullable
        String challenge =
                switch (provider.pkce()) {
                    case S256 -> pkce.challenge();
                    case None -> null;
                };
        return new AuthorizationRequest(
                endpoint,
                clientId,
                redirectUri,
                scopes,
                provider.scopeParameter(),
                provider.scopeSeparator(),
                state,
                nonce,
                challenge,
                provider.authorizationParameters());
    }

    /** Where to send the browser. */
    public URI toUri() {
        Map<String, String> query = new LinkedHashMap<>(parameters);
        query.put("response_type", "code");
        query.put("client_id", clientId);
        query.put("redirect_uri", redirectUri.toString());
        if (!scopes.isEmpty()) {
            query.put(scopeParameter, String.join(scopeSeparator, scopes));
        }
        query.put("state", state);
        if (nonce != null) {
            query.put("nonce", nonce);
        }
        if (codeChallenge != null) {
            query.put("code_challenge", codeChallenge);
            query.put("code_challenge_method", "S256");
        }
        StringJoiner joined = new StringJoiner("&");
        query.forEach((name, value) -> joined.add(encode(name) + "=" + encode(value)));
        String base = endpoint.toString();
        return URI.create(base + (endpoint.getRawQuery() == null ? "?" : base.endsWith("?") ? "" : "&") + joined);
    }

    /** %20 for a space: a few authorization endpoints read + as a plus. */
    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Without state and nonce, which bind the answer to one browser. */
    @Override
    public String toString() {
        return "AuthorizationRequest[" + endpoint + " for " + clientId + "]";
    }
}

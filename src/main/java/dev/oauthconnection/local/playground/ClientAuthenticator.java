package dev.oauthconnection.local.playground;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who asks at the token and revocation endpoints: client_secret_basic, client_secret_post, or a public client's id (RFC 6749, section 2.3). */
final class ClientAuthenticator {
    private static final String BASIC = "basic ";

    private final Map<String, PlaygroundClient> clients;

    ClientAuthenticator(List<PlaygroundClient> clients) {
        this.clients = clients.stream().collect(Collectors.toMap(PlaygroundClient::id, Function.identity()));
    }

    /** The client of this id, or null. */
    @Nullable
    PlaygroundClient find(@Nullable String id) {
        return id == null ? null : clients.get(id);
    }

    /**
     * The client that proved to be itself.
     *
     * @param authorization the Authorization header
     * @throws OAuthError invalid_client, or invalid_request when it uses two ways at once
     */
    PlaygroundClient authenticate(@Nullable String authorization, Parameters form) {
        String id = form.get("client_id");
        String secret = form.get("client_secret");
        if (authorization != null) {
            if (secret != null) {
                throw OAuthError.invalidRequest("authenticate in one way: the Authorization header or client_secret");
            }
            String[] pair = basic(authorization);
            if (id != null && !id.equals(pair[0])) {
                throw OAuthError.invalidRequest("client_id is another one than the Authorization header's");
            }
            id = pair[0];
            secret = pair[1];
        }
        PlaygroundClient client = find(id);
        if (client == null || !proves(client, secret)) {
            throw OAuthError.invalidClient("the client is unknown, or its secret is not the right one");
        }
        return client;
    }

    private static boolean proves(PlaygroundClient client, @Nullable String secret) {
        String expected = client.secret();
        if (expected == null) {
            return secret == null || secret.isEmpty();
        }
        return secret != null && Secrets.same(expected, secret);
    }

    private static String[] basic(String authorization) {
        if (!authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            throw OAuthError.invalidClient("the Authorization header must be Basic");
        }
        try {
            byte[] decoded = Base64.getDecoder()
                    .decode(authorization.substring(BASIC.length()).trim());
            String[] pair = new String(decoded, StandardCharsets.UTF_8).split(":", 2);
            if (pair.length == 2) {
                // RFC 6749, section 2.3.1: both were form-encoded before.
                return new String[] {decode(pair[0]), decode(pair[1])};
            }
        } catch (IllegalArgumentException e) {
            // Told below: neither the header nor the cause is worth repeating.
        }
        throw OAuthError.invalidClient("the Authorization header cannot be read");
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}

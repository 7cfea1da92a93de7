package dev.oauthconnection.local.server;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * How the local token server is run.
 *
 * @param namespace of the connection it serves
 * @param connection its name; the client's Secret is {@code <connection>-client}
 * @param provider as {@code spec.provider.name} has it
 * @param playground whether that is the provider of local mode itself, which registers the client again at each start
 * @param scopes to ask for
 * @param redirectUri as registered with the provider; its path is served beside {@code /code}
 * @param address that it listens on; a Host header may name it
 * @param port that it listens on
 * @param patience how long a request waits for the operator to carry out an action
 */
public record TokenServerSettings(
        String namespace,
        String connection,
        String provider,
        boolean playground,
        List<String> scopes,
        URI redirectUri,
        String address,
        int port,
        Duration patience) {
    public TokenServerSettings {
        scopes = List.copyOf(scopes);
    }

    /** The name of the Secret with the client's credentials. */
    String clientSecret() {
        return connection + "-client";
    }

    /** A page of this server, on the host that the redirect URI names: the cookie of the flow lives there. */
    URI page(String path) {
        return redirectUri.resolve(path);
    }
}

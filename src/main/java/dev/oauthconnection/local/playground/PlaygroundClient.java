package dev.oauthconnection.local.playground;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client that the playground knows from the start.
 *
 * @param secret null for a public client, which authenticates with its id alone
 * @param grantTypes of RFC 6749: authorization_code, refresh_token, client_credentials
 * @param redirectUris compared character by character (RFC 9700, section 2.1)
 * @param scopes what it may ask for; a request that names none gets them all
 * @param lifetime of its access tokens
 */
public record PlaygroundClient(
        String id,
        @Nullable String secret,
        Set<String> grantTypes,
        List<URI> redirectUris,
        List<String> scopes,
        Duration lifetime) {
    /** The client of the machine-to-machine connection. */
    public static final String SERVICE = "playground-service";

    /** The client of the connection that a person consents to. */
    public static final String APP = "playground-app";

    /** A secret that everybody may know: it opens nothing but the playground on this machine. */
    public static final String SECRET = "playground-secret";

    public PlaygroundClient {
        grantTypes = Set.copyOf(grantTypes);
        redirectUris = List.copyOf(redirectUris);
        scopes = List.copyOf(scopes);
    }

    /** {@link #SERVICE}: client credentials, with tokens so short that a visitor sees them refreshed. */
    public static PlaygroundClient service() {
        return new PlaygroundClient(
                SERVICE,
                SECRET,
                Set.of("client_credentials"),
                List.of(),
                List.of("reports.read"),
                Duration.ofSeconds(15));
    }

    /** {@link #APP}: a person's consent, and refresh tokens that rotate. */
    public static PlaygroundClient app(URI redirectUri) {
        return new PlaygroundClient(
                APP,
                SECRET,
                Set.of("authorization_code", "refresh_token"),
                List.of(redirectUri),
                List.of("openid", "profile", "offline_access", "invoices.read"),
                Duration.ofSeconds(30));
    }

    boolean may(String grantType) {
        return grantTypes.contains(grantType);
    }

    @Override
    public String toString() {
        return "PlaygroundClient[" + id + "]";
    }
}

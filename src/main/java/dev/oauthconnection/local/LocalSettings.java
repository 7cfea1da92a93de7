package dev.oauthconnection.local;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How local mode is run.
 *
 * @param folder where its state lives; for its owner alone
 * @param port of the token server
 * @param address that the token server listens on
 * @param redirectUri as registered with the provider
 * @param provider that the token server's connection names; {@code playground} brings its own
 * @param scopes to ask for; empty for the provider's defaults
 * @param idleLifetime after which the refresh token lapses when it is not used; null for what the provider says
 * @param approve whether the playground says yes by itself, and the consent is begun by itself
 * @param manifests a folder of manifests to apply at the start; null for none
 */
public record LocalSettings(
        Path folder,
        int port,
        String address,
        URI redirectUri,
        String provider,
        List<String> scopes,
        @Nullable Duration idleLifetime,
        boolean approve,
        @Nullable Path manifests) {
    /** The provider that local mode runs itself. */
    public static final String PLAYGROUND = "playground";

    boolean isPlayground() {
        return provider.equals(PLAYGROUND);
    }
}

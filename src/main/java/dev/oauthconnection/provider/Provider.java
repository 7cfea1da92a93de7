package dev.oauthconnection.provider;

import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.api.ProviderSpec.Pkce;
import dev.oauthconnection.api.ProviderSpec.PlatformClient;
import dev.oauthconnection.api.ProviderSpec.RevocationEnds;
import dev.oauthconnection.api.ProviderSpec.Rotation;
import dev.oauthconnection.network.Trust;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A provider as it is used: endpoints discovered and absolute, every default applied.
 *
 * @param name as connections refer to it
 * @param issuer the issuer identifier; null where the provider has none
 * @param authorizationEndpoint null where there is no consent to give (client credentials only)
 * @param jwksUri where ID tokens' keys are; null where the provider does not speak OpenID Connect
 * @param issInResponse whether authorization responses carry {@code iss} (RFC 9207, section 3)
 * @param trust whose certificates are believed at its endpoints
 * @param clientAuthentication null: Basic with a client secret, None without
 */
public record Provider(
        String name,
        @Nullable String issuer,
        URI tokenEndpoint,
        @Nullable URI authorizationEndpoint,
        @Nullable URI revocationEndpoint,
        @Nullable URI jwksUri,
        @Nullable URI accountsEndpoint,
        Trust trust,
        boolean issInResponse,
        Pkce pkce,
        String scopeSeparator,
        String scopeParameter,
        List<String> defaultScopes,
        Map<String, String> authorizationParameters,
        @Nullable ClientAuthentication clientAuthentication,
        Map<String, String> tokenParameters,
        Map<String, String> tokenHeaders,
        Duration defaultLifetime,
        Set<Integer> notProcessedStatuses,
        RefreshTokens refreshTokens,
        RevocationEnds revocationEnds,
        @Nullable PlatformClient platformClient) {

    /**
     * What the provider does with refresh tokens.
     *
     * @param grace how long a consumed refresh token still works; zero where it does not
     * @param idleLifetime after which an unused refresh token lapses; null where unknown
     */
    public record RefreshTokens(
            Rotation rotation,
            Duration grace,
            boolean reuseRevokesGrant,
            @Nullable Duration idleLifetime,
            boolean refreshEndsAccessToken) {}

    /** The client authentication for a client with or without a secret. */
    public ClientAuthentication authenticationOf(boolean hasSecret) {
        if (clientAuthentication != null) {
            return clientAuthentication;
        }
        return hasSecret ? ClientAuthentication.Basic : ClientAuthentication.None;
    }
}

package dev.oauthconnection.provider;

import dev.oauthconnection.api.ProviderSpec.Pkce;
import dev.oauthconnection.api.ProviderSpec.RevocationEnds;
import dev.oauthconnection.api.ProviderSpec.Rotation;
import dev.oauthconnection.network.Trust;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A provider for tests. */
final class ProvidersForTests {
    private ProvidersForTests() {}

    static Provider provider(String authorizationEndpoint, Pkce pkce, Map<String, String> extra) {
        return new Provider(
                "acme",
                "https://acme.example",
                URI.create("https://acme.example/token"),
                URI.create(authorizationEndpoint),
                null,
                null,
                null,
                Trust.SYSTEM,
                false,
                pkce,
                ",",
                "scopes",
                List.of(),
                extra,
                null,
                extra,
                Map.of("X-Api", "1"),
                Duration.ofHours(2),
                Set.of(429),
                new Provider.RefreshTokens(Rotation.Always, Duration.ZERO, true, null, false),
                RevocationEnds.Consent,
                null);
    }
}

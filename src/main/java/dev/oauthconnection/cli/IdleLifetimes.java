package dev.oauthconnection.cli;

import dev.oauthconnection.api.Durations;
import dev.oauthconnection.api.ProviderSpec;
import dev.oauthconnection.provider.Catalogue;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** After how long an unused refresh token lapses, by provider, as far as the user may read the providers. */
final class IdleLifetimes {
    private final Map<String, ProviderSpec> applied;
    private final Catalogue catalogue = new Catalogue();

    IdleLifetimes(Map<String, ProviderSpec> applied) {
        this.applied = Map.copyOf(applied);
    }

    static IdleLifetimes in(KubernetesClient client) {
        return new IdleLifetimes(AppliedProviders.readable(client));
    }

    @Nullable
    Duration of(String provider) {
        return Optional.ofNullable(applied.get(provider))
                .or(() -> catalogue.find(provider))
                .map(ProviderSpec::refreshTokens)
                .map(ProviderSpec.RefreshTokens::idleLifetime)
                .map(Durations::parse)
                .orElse(null);
    }
}

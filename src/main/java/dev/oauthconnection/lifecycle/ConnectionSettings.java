package dev.oauthconnection.lifecycle;

import dev.oauthconnection.api.Durations;
import dev.oauthconnection.api.OAuthConnectionSpec;
import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.api.OAuthConnectionSpec.OnAmbiguousRedemption;
import dev.oauthconnection.api.OAuthConnectionSpec.OnDelete;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a connection asks for, with every default applied. The defaults live here and not in the CRD, so GitOps tools see no drift.
 *
 * @param scopes null: the provider's default scopes
 * @param refreshBefore null: computed from the lifetime
 */
public record ConnectionSettings(
        String provider,
        GrantType grantType,
        @Nullable List<String> scopes,
        boolean hasExistingGrant,
        @Nullable Duration refreshBefore,
        boolean keepGrantAlive,
        OnAmbiguousRedemption onAmbiguousRedemption,
        OnDelete onDelete,
        boolean suspended) {

    public static ConnectionSettings of(OAuthConnectionSpec spec) {
        OAuthConnectionSpec.Refresh refresh =
                Objects.requireNonNullElse(spec.refresh(), new OAuthConnectionSpec.Refresh(null, null, null));
        return new ConnectionSettings(
                spec.provider().name(),
                Objects.requireNonNullElse(spec.grantType(), GrantType.AuthorizationCode),
                spec.scopes(),
                spec.existingGrant() != null,
                refresh.before() == null ? null : Durations.parse(refresh.before()),
                !Boolean.FALSE.equals(refresh.keepGrantAlive()),
                Objects.requireNonNullElse(refresh.onAmbiguousRedemption(), OnAmbiguousRedemption.Replay),
                Objects.requireNonNullElse(spec.onDelete(), OnDelete.Retain),
                Boolean.TRUE.equals(spec.suspend()));
    }

    /** The scopes to ask this provider for. */
    public List<String> scopesOr(List<String> providerDefaults) {
        return scopes == null || scopes.isEmpty() ? providerDefaults : scopes;
    }
}

package dev.oauthconnection.provider;

import dev.oauthconnection.api.Durations;
import dev.oauthconnection.api.ProviderSpec;
import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.api.ProviderSpec.Pkce;
import dev.oauthconnection.api.ProviderSpec.RevocationEnds;
import dev.oauthconnection.api.ProviderSpec.Rotation;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.provider.Discovery.Metadata;
import dev.oauthconnection.provider.EndpointRules.Broken;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Resolves providers: what is applied, else what is built in; then the issuer's metadata for what the entry leaves out; then the
 * defaults. An entry's own words win over the metadata, and an entry that states the endpoints it needs works while discovery does not.
 */
public final class ProviderResolver implements Providers {
    private final Function<String, Optional<ProviderSpec>> applied;
    private final Catalogue catalogue;
    private final Discovery discovery;
    private final EndpointRules rules;
    private final CaBundles bundles;

    /**
     * @param applied the ClusterOAuthProviders by name
     * @param loopbackHttpAllowed whether endpoints may be http to loopback addresses: local mode
     * @param bundles where the certificates are that an entry names
     */
    public ProviderResolver(
            Function<String, Optional<ProviderSpec>> applied,
            Catalogue catalogue,
            Discovery discovery,
            boolean loopbackHttpAllowed,
            CaBundles bundles) {
        this.applied = applied;
        this.catalogue = catalogue;
        this.discovery = discovery;
        this.rules = new EndpointRules(loopbackHttpAllowed);
        this.bundles = bundles;
    }

    @Override
    public ProviderResolution resolve(String name) {
        Optional<ProviderSpec> spec = applied.apply(name).or(() -> catalogue.find(name));
        if (spec.isEmpty()) {
            return new ProviderResolution.NotFound("There is no provider '" + name
                    + "': apply a ClusterOAuthProvider of that name, or use one that is built in: "
                    + String.join(", ", catalogue.names()) + ".");
        }
        try {
            return switch (trust(spec.get())) {
                case CaBundles.Result.Found(Trust trust) -> resolve(name, spec.get(), trust);
                case CaBundles.Result.Unusable(String message) -> invalid(name, message);
                case CaBundles.Result.Unreadable(String message) -> unreachable(name, message);
            };
        } catch (Broken | IllegalArgumentException e) {
            return invalid(name, String.valueOf(e.getMessage()));
        }
    }

    private CaBundles.Result trust(ProviderSpec spec) {
        ProviderSpec.@Nullable CaBundle bundle = spec.caBundle();
        return bundle == null ? new CaBundles.Result.Found(Trust.SYSTEM) : bundles.read(bundle);
    }

    private ProviderResolution resolve(String name, ProviderSpec spec, Trust trust) throws Broken {
        Endpoints stated = Endpoints.stated(spec, rules);
        @Nullable String issuer = spec.issuer();
        if (issuer == null) {
            return assemble(name, spec, trust, stated, null);
        }
        return switch (discovery.discover(rules.issuer(issuer), trust)) {
            case Discovery.Result.Found found ->
                assemble(name, spec, trust, stated.completedBy(found.metadata(), rules), found.metadata());
            case Discovery.Result.Invalid other ->
                stated.suffice() ? assemble(name, spec, trust, stated, null) : invalid(name, other.message());
            case Discovery.Result.Absent none ->
                stated.suffice() ? assemble(name, spec, trust, stated, null) : invalid(name, none.message());
            case Discovery.Result.Unreachable down ->
                stated.suffice() ? assemble(name, spec, trust, stated, null) : unreachable(name, down.message());
        };
    }

    private static ProviderResolution assemble(
            String name, ProviderSpec spec, Trust trust, Endpoints endpoints, @Nullable Metadata metadata)
            throws Broken {
        @Nullable URI tokenEndpoint = endpoints.token();
        if (tokenEndpoint == null) {
            throw new Broken(
                    metadata == null
                            ? "it has no token endpoint: set token.endpoint, or issuer if the provider supports discovery"
                            : "its discovery document names no token endpoint: set token.endpoint");
        }
        var authorization =
                or(spec.authorization(), new ProviderSpec.Authorization(null, null, null, null, null, null));
        var token = or(spec.token(), new ProviderSpec.Token(null, null, null, null, null, null));
        var revocation = or(spec.revocation(), new ProviderSpec.Revocation(null, null));
        return new ProviderResolution.Resolved(new Provider(
                name,
                spec.issuer(),
                tokenEndpoint,
                endpoints.authorization(),
                endpoints.revocation(),
                endpoints.jwks(),
                endpoints.accounts(),
                trust,
                metadata != null && metadata.issInResponse(),
                or(authorization.pkce(), Pkce.S256),
                or(authorization.scopeSeparator(), " "),
                or(authorization.scopeParameter(), "scope"),
                or(authorization.defaultScopes(), List.of()),
                or(authorization.parameters(), Map.of()),
                authentication(token, metadata),
                or(token.parameters(), Map.of()),
                EndpointRules.headers(or(token.headers(), Map.of())),
                Durations.parse(token.defaultLifetime(), Duration.ofHours(1)),
                Set.copyOf(or(token.notProcessedStatuses(), List.of(429, 503))),
                refreshTokens(spec.refreshTokens()),
                or(revocation.ends(), RevocationEnds.Consent),
                spec.client()));
    }

    /**
     * The entry's, else Post where the issuer supports only that. The metadata counts only where the token endpoint comes from it too: a
     * grant is bound to both, and they must not change apart when discovery fails for a while.
     */
    private static @Nullable ClientAuthentication authentication(
            ProviderSpec.Token token, @Nullable Metadata metadata) {
        if (token.clientAuthentication() != null || token.endpoint() != null || metadata == null) {
            return token.clientAuthentication();
        }
        List<String> methods = metadata.tokenEndpointAuthMethods();
        boolean onlyPost = methods.contains("client_secret_post") && !methods.contains("client_secret_basic");
        return onlyPost ? ClientAuthentication.Post : null;
    }

    /** Careful where nothing is said: each refresh consumes its token, without grace, and reuse ends the grant. */
    private static Provider.RefreshTokens refreshTokens(ProviderSpec.@Nullable RefreshTokens spec) {
        var stated = or(spec, new ProviderSpec.RefreshTokens(null, null, null, null, null));
        @Nullable String idle = stated.idleLifetime();
        return new Provider.RefreshTokens(
                or(stated.rotation(), Rotation.Always),
                Durations.parse(stated.gracePeriod(), Duration.ZERO),
                or(stated.reuseRevokesGrant(), true),
                idle == null ? null : Durations.parse(idle),
                or(stated.refreshEndsAccessToken(), false));
    }

    private static ProviderResolution invalid(String name, String message) {
        return new ProviderResolution.Invalid("Provider '" + name + "': " + message + ".");
    }

    private static ProviderResolution unreachable(String name, String message) {
        return new ProviderResolution.Unreachable("Provider '" + name + "': " + message + ".");
    }

    private static <T> T or(@Nullable T stated, T fallback) {
        return stated == null ? fallback : stated;
    }
}

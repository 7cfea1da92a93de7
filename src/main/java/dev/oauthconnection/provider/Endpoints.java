package dev.oauthconnection.provider;

import dev.oauthconnection.api.ProviderSpec;
import dev.oauthconnection.provider.Discovery.Metadata;
import dev.oauthconnection.provider.EndpointRules.Broken;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** A provider's endpoints as far as they are known, each one checked by the {@link EndpointRules}. */
record Endpoints(
        @Nullable URI token,
        @Nullable URI authorization,
        @Nullable URI revocation,
        @Nullable URI accounts,
        @Nullable URI jwks) {

    /** The endpoints that an entry states itself. */
    static Endpoints stated(ProviderSpec spec, EndpointRules rules) throws Broken {
        ProviderSpec.@Nullable Token token = spec.token();
        ProviderSpec.@Nullable Authorization authorization = spec.authorization();
        ProviderSpec.@Nullable Revocation revocation = spec.revocation();
        ProviderSpec.@Nullable Accounts accounts = spec.accounts();
        return new Endpoints(
                check(rules, "token.endpoint", token == null ? null : token.endpoint()),
                check(rules, "authorization.endpoint", authorization == null ? null : authorization.endpoint()),
                check(rules, "revocation.endpoint", revocation == null ? null : revocation.endpoint()),
                check(rules, "accounts.endpoint", accounts == null ? null : accounts.endpoint()),
                null);
    }

    /** Whether consent and refresh work with these alone. */
    boolean suffice() {
        return token != null && authorization != null;
    }

    /** These, and what the issuer's metadata adds; a stated endpoint wins. */
    Endpoints completedBy(Metadata metadata, EndpointRules rules) throws Broken {
        return new Endpoints(
                or(token, rules, "token_endpoint", metadata.tokenEndpoint()),
                or(authorization, rules, "authorization_endpoint", metadata.authorizationEndpoint()),
                or(revocation, rules, "revocation_endpoint", metadata.revocationEndpoint()),
                accounts,
                or(jwks, rules, "jwks_uri", metadata.jwksUri()));
    }

    private static @Nullable URI or(@Nullable URI stated, EndpointRules rules, String field, @Nullable String found)
            throws Broken {
        return stated != null ? stated : check(rules, field + " of the discovery document", found);
    }

    private static @Nullable URI check(EndpointRules rules, String field, @Nullable String text) throws Broken {
        return text == null ? null : rules.endpoint(field, text);
    }
}

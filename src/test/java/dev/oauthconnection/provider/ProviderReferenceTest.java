package dev.oauthconnection.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.ProviderSpec;
import dev.oauthconnection.testing.CheckedIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** docs/providers.md: what is built in, and where each peculiarity of a provider goes. */
class ProviderReferenceTest {
    /** @param place fields of a ClusterOAuthProvider, or in words where a field of its own will be */
    private record Peculiarity(String what, String example, String place) {}

    private static final Pattern FIELD = Pattern.compile("`(spec\\.[A-Za-z.]+)`");

    static final List<Peculiarity> PECULIARITIES = List.of(
            new Peculiarity(
                    "more parameters in the authorization request",
                    "Google, Dropbox",
                    "`spec.authorization.parameters`"),
            new Peculiarity("no PKCE", "older servers", "`spec.authorization.pkce`"),
            new Peculiarity("scopes of its own", "lexoffice", "`spec.authorization.defaultScopes`"),
            new Peculiarity(
                    "another separator or name of the scopes",
                    "lexoffice-partner",
                    "`spec.authorization.scopeSeparator`, `spec.authorization.scopeParameter`"),
            new Peculiarity(
                    "client authentication in the header, in the body, or none",
                    "HubSpot",
                    "`spec.token.clientAuthentication`"),
            new Peculiarity("no `expires_in`", "Salesforce", "`spec.token.defaultLifetime`"),
            new Peculiarity(
                    "more parameters or headers in the token request",
                    "audience, an API version",
                    "`spec.token.parameters`, `spec.token.headers`"),
            new Peculiarity(
                    "a query in an endpoint", "Azure AD B2C", "`spec.authorization.endpoint`, `spec.token.endpoint`"),
            new Peculiarity(
                    "other statuses for \"not processed\"", "rate limits by 403", "`spec.token.notProcessedStatuses`"),
            new Peculiarity(
                    "rotation, and what a second use does",
                    "Xero, Keycloak, Auth0",
                    "`spec.refreshTokens.rotation`, `spec.refreshTokens.gracePeriod`, `spec.refreshTokens.reuseRevokesGrant`"),
            new Peculiarity(
                    "refresh tokens that lapse when they are not used",
                    "Xero, Box",
                    "`spec.refreshTokens.idleLifetime`"),
            new Peculiarity(
                    "a refresh that ends the access token from before",
                    "GitHub, GitLab",
                    "`spec.refreshTokens.refreshEndsAccessToken`"),
            new Peculiarity(
                    "a revocation that ends more than one grant",
                    "Xero",
                    "`spec.revocation.endpoint`, `spec.revocation.ends`"),
            new Peculiarity("accounts (tenants) behind one token", "Xero", "`spec.accounts.endpoint`"),
            new Peculiarity("certificates of a private authority", "a server inside a company", "`spec.caBundle`"),
            new Peculiarity("endpoints that are discovered", "any OpenID Connect provider", "`spec.issuer`"),
            new Peculiarity(
                    "a tenant, shop or subdomain in the URL",
                    "Entra, Shopify, Zendesk",
                    "write the whole URL; variables will be a field of `spec`"),
            new Peculiarity(
                    "a JSON body, an endpoint for refreshes alone, parameters of refreshes alone, renamed parameters, an exchange after the code",
                    "Notion",
                    "will be fields of `spec.token`"),
            new Peculiarity(
                    "other places of the answer's fields, fields to keep, `expires_at`",
                    "Slack, Square",
                    "will be fields of `spec.token`"),
            new Peculiarity(
                    "parameters of the callback to keep, a renamed code, another `response_type`",
                    "QuickBooks",
                    "will be fields of `spec.authorization`"),
            new Peculiarity(
                    "grants that end at a fixed time",
                    "Keycloak (longest session)",
                    "will be a field of `spec.refreshTokens`"),
            new Peculiarity(
                    "a revocation by another request than RFC 7009's",
                    "lexoffice-partner",
                    "will be a field of `spec.revocation`"));

    @Test
    void the_reference_of_providers_is_that_of_the_catalogue() {
        CheckedIn.assertCurrent(Path.of("docs", "providers.md"), page(), ProviderReferenceTest.class);
    }

    @ParameterizedTest
    @FieldSource("PECULIARITIES")
    void each_peculiarity_has_its_place_in_the_schema(Peculiarity peculiarity) throws Exception {
        String fields = Files.readString(Path.of("docs", "api.md"));
        List<MatchResult> named = FIELD.matcher(peculiarity.place()).results().toList();
        assertThat(peculiarity.place()).contains("`spec");
        assertThat(named).allSatisfy(field -> assertThat(fields).contains("| `" + field.group(1) + "`"));
    }

    private static String page() {
        StringBuilder page = new StringBuilder("""
                # Providers

                <!-- Generated from the catalogue. Bring it up to date with: mvn -q test -Dtest=ProviderReferenceTest -Dregenerate -->

                Any OpenID Connect provider needs its issuer and nothing else, any OAuth 2.0 provider its two endpoints: see
                [examples/oidc-provider.yaml](../examples/oidc-provider.yaml) and [api.md](api.md). These are built in, by name. What is left
                out is taken at its most careful: each refresh token works once, and a second use ends the grant.

                | name | refresh tokens | lapse unused | client | more | source |
                |---|---|---|---|---|---|
                """);
        Catalogue catalogue = new Catalogue();
        for (String name : catalogue.names()) {
            page.append(row(name, catalogue.find(name).orElseThrow()));
        }
        page.append("""

                *tried* says whether somebody used the entry against the real provider; where it says no, the facts are as the source has them.

                ## Where each peculiarity goes
                The catalogue and a ClusterOAuthProvider have one schema. What providers do differently has its place there:

                | peculiarity | for example | place |
                |---|---|---|
                """);
        for (Peculiarity peculiarity : PECULIARITIES) {
            page.append("| %s | %s | %s |%n".formatted(peculiarity.what(), peculiarity.example(), peculiarity.place()));
        }
        return page.toString();
    }

    private static String row(String name, ProviderSpec spec) {
        var tokens = spec.refreshTokens();
        var token = spec.token();
        var source = Objects.requireNonNull(spec.source());
        String rotation = tokens == null || tokens.rotation() == null
                ? "not known"
                : switch (tokens.rotation()) {
                    case Always -> "rotate";
                    case None -> "stay the same";
                    case Optional -> "may rotate";
                };
        String grace = tokens == null || tokens.gracePeriod() == null ? "" : ", grace " + tokens.gracePeriod();
        String idle = tokens == null || tokens.idleLifetime() == null ? "not known" : "after " + tokens.idleLifetime();
        String client = token == null || token.clientAuthentication() == null
                ? "Basic, or public"
                : token.clientAuthentication().name();
        String more = spec.accounts() == null ? "" : "accounts";
        String document = source.document() == null ? "none" : "<" + source.document() + ">";
        return "| `%s` | %s%s | %s | %s | %s | %s%s; tried: %s |%n"
                .formatted(
                        name,
                        rotation,
                        grace,
                        idle,
                        client,
                        more,
                        document,
                        source.date() == null ? "" : " (" + source.date() + ")",
                        Boolean.TRUE.equals(source.verified()) ? "yes" : "no");
    }
}

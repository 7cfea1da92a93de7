package dev.oauthconnection.provider;

import static dev.oauthconnection.oauth.ScriptedServer.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.ProviderSpec;
import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.api.ProviderSpec.Pkce;
import dev.oauthconnection.api.ProviderSpec.RevocationEnds;
import dev.oauthconnection.api.ProviderSpec.Rotation;
import dev.oauthconnection.network.Networks;
import dev.oauthconnection.oauth.BoundedHttp;
import dev.oauthconnection.oauth.ScriptedServer;
import dev.oauthconnection.provider.ProviderResolution.Invalid;
import dev.oauthconnection.provider.ProviderResolution.NotFound;
import dev.oauthconnection.provider.ProviderResolution.Resolved;
import dev.oauthconnection.provider.ProviderResolution.Unreachable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderResolverTest {
    private static ProviderResolution resolve(String yaml, Discovery discovery, boolean local) throws IOException {
        ProviderSpec spec = Catalogue.parse(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)));
        return new ProviderResolver(name -> Optional.of(spec), new Catalogue(), discovery, local, Offline.noBundles())
                .resolve("acme");
    }

    private static ProviderResolution resolve(String yaml) throws IOException {
        return resolve(yaml, Offline.discovery(), false);
    }

    private static ProviderResolution resolveWith(String document, String yaml) throws IOException {
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
            String host = request.split("Host: ")[1].split("\r\n")[0];
            out.write(http(200, "", document.replace("HERE", "http://" + host)).getBytes(StandardCharsets.UTF_8));
            return false;
        })) {
            BoundedHttp http = new BoundedHttp(Networks.open(), Duration.ofSeconds(5));
            return resolve(
                    "issuer: " + server.uri("") + "\n" + yaml, new Discovery(http, InstantSource.system()), true);
        }
    }

    private static Provider resolved(ProviderResolution resolution) {
        assertThat(resolution).isInstanceOf(Resolved.class);
        return ((Resolved) resolution).provider();
    }

    @Test
    void an_unknown_name_is_answered_with_the_ones_that_there_are() {
        var resolver = new ProviderResolver(
                name -> Optional.empty(), new Catalogue(), Offline.discovery(), false, Offline.noBundles());
        assertThat(resolver.resolve("xro"))
                .isEqualTo(new NotFound(
                        "There is no provider 'xro': apply a ClusterOAuthProvider of that name, or use one that is built in: "
                                + "google, lexoffice, lexoffice-partner, xero."));
    }

    @Test
    void what_is_applied_hides_what_is_built_in() throws IOException {
        ProviderSpec own = Catalogue.parse(new ByteArrayInputStream(
                "token: {endpoint: 'https://own.example/t'}".getBytes(StandardCharsets.UTF_8)));
        var resolver = new ProviderResolver(
                name -> Optional.of(own), new Catalogue(), Offline.discovery(), false, Offline.noBundles());
        assertThat(resolved(resolver.resolve("xero")).tokenEndpoint()).isEqualTo(URI.create("https://own.example/t"));
    }

    @Test
    void what_an_entry_leaves_out_takes_the_careful_default() throws IOException {
        Provider provider = resolved(resolve("token: {endpoint: 'https://a.example/t?x=1'}"));
        assertThat(provider.pkce()).isEqualTo(Pkce.S256);
        assertThat(provider.notProcessedStatuses()).isEqualTo(Set.of(429, 503));
        assertThat(provider.defaultLifetime()).isEqualTo(Duration.ofHours(1));
        assertThat(provider.revocationEnds()).isEqualTo(RevocationEnds.Consent);
        assertThat(provider.refreshTokens())
                .isEqualTo(new Provider.RefreshTokens(Rotation.Always, Duration.ZERO, true, null, false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                              | it has no token endpoint: set token.endpoint, or issuer if the provider supports discovery",
                "token: {endpoint: 'not a url'}                  | token.endpoint is not a URL: 'not a url'",
                "token: {endpoint: '/token'}                     | token.endpoint is not an absolute URL: '/token'; write https:// and a host",
                "token: {endpoint: 'https://u:p@a.example/'}     | token.endpoint must have neither a user nor a fragment",
                "token: {endpoint: 'http://a.example/t'}         | token.endpoint must use https: 'http://a.example/t'; http is allowed in local mode alone, to loopback addresses",
                "token: {endpoint: 'http://127.0.0.1/t'}         | token.endpoint must use https: 'http://127.0.0.1/t'; http is allowed in local mode alone, to loopback addresses",
                "token: {endpoint: 'ftp://a.example/t'}          | token.endpoint must use https: 'ftp://a.example/t'; http is allowed in local mode alone, to loopback addresses",
                "issuer: 'https://a.example?x=1'                 | issuer must have no query: 'https://a.example?x=1'",
                "token: {endpoint: 'https://a.example/t', defaultLifetime: 5 minutes} | '5 minutes' is not a duration: write a number and a unit, such as 90s, 10m or 1h30m",
                "token: {endpoint: 'https://a.example/t', headers: {authorization: x}} | token.headers must not set 'authorization': remove it",
                "token: {endpoint: 'https://a.example/t', headers: {X-Key: \"a\\nb\"}} | the value of token.headers 'X-Key' must be printable ASCII on one line",
            })
    void a_mistake_in_an_entry_is_answered_with_what_to_do(String yaml, String message) throws IOException {
        assertThat(resolve(yaml)).isEqualTo(new Invalid("Provider 'acme': " + message + "."));
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:9/t, true", "http://127.0.0.1:9/t, true", "http://[::1]:9/t, true",
        "http://127.0.0.1.evil.example/t, false", "http://localhost.evil.example/t, false", "http://10.0.0.1/t, false"
    })
    void local_mode_allows_http_to_loopback_alone(String endpoint, boolean allowed) throws IOException {
        ProviderResolution resolution = resolve("token: {endpoint: '" + endpoint + "'}", Offline.discovery(), true);
        assertThat(resolution instanceof Resolved).isEqualTo(allowed);
    }

    @Test
    void what_an_entry_leaves_out_is_discovered() throws IOException {
        Provider provider = resolved(resolveWith("""
                {"issuer": "HERE", "token_endpoint": "https://a.example/t", "authorization_endpoint": "https://a.example/a",
                 "revocation_endpoint": "https://a.example/r", "jwks_uri": "https://a.example/k",
                 "authorization_response_iss_parameter_supported": true}""", "authorization: {endpoint: 'https://own.example/a'}"));
        assertThat(provider.tokenEndpoint()).isEqualTo(URI.create("https://a.example/t"));
        assertThat(provider.authorizationEndpoint()).isEqualTo(URI.create("https://own.example/a"));
        assertThat(provider.revocationEndpoint()).isEqualTo(URI.create("https://a.example/r"));
        assertThat(provider.jwksUri()).isEqualTo(URI.create("https://a.example/k"));
        assertThat(provider.issInResponse()).isTrue();
    }

    @Test
    void an_issuer_that_takes_the_secret_in_the_form_alone_gets_it_there() throws IOException {
        Provider provider = resolved(resolveWith("""
                {"issuer": "HERE", "token_endpoint": "https://a.example/t",
                 "token_endpoint_auth_methods_supported": ["client_secret_post"]}""", ""));
        assertThat(provider.authenticationOf(true)).isEqualTo(ClientAuthentication.Post);
    }

    @Test
    void a_discovered_endpoint_without_tls_is_refused() throws IOException {
        assertThat(resolveWith("{\"issuer\": \"HERE\", \"token_endpoint\": \"http://a.example/t\"}", ""))
                .isEqualTo(new Invalid(
                        "Provider 'acme': token_endpoint of the discovery document must use https: 'http://a.example/t'; "
                                + "http is allowed to loopback addresses alone."));
    }

    @Test
    void a_document_without_a_token_endpoint_is_said() throws IOException {
        assertThat(resolveWith("{\"issuer\": \"HERE\"}", ""))
                .isEqualTo(new Invalid(
                        "Provider 'acme': its discovery document names no token endpoint: set token.endpoint."));
    }

    @Test
    void a_document_of_another_issuer_is_refused() throws IOException {
        assertThat(resolveWith(
                        "{\"issuer\": \"https://evil.example\", \"token_endpoint\": \"https://evil.example/t\"}", ""))
                .isInstanceOf(Invalid.class);
    }

    @Test
    void an_issuer_that_cannot_be_reached_is_worth_another_try() throws IOException {
        assertThat(resolve("issuer: https://a.example")).isInstanceOf(Unreachable.class);
    }

    @Test
    void an_entry_with_its_own_endpoints_works_while_discovery_does_not() throws IOException {
        Provider provider = resolved(resolve("""
                issuer: https://a.example
                authorization: {endpoint: 'https://a.example/a'}
                token: {endpoint: 'https://a.example/t'}
                """));
        assertThat(provider.issuer()).isEqualTo("https://a.example");
        assertThat(provider.jwksUri()).isNull();
    }
}

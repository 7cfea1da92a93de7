package dev.oauthconnection.provider;

import static dev.oauthconnection.provider.ProvidersForTests.provider;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.ProviderSpec;
import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.oauth.TokenRequest;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenRequestsTest {
    private static final URI OLD = URI.create("https://old.example/token");
    private static final Client CLIENT = new Client("app", "s3cr3t");
    private static final Provider PROVIDER = provider(
            "https://acme.example/authorize",
            ProviderSpec.Pkce.S256,
            Map.of("audience", "api", "grant_type", "theirs"));

    @Test
    void a_refresh_goes_where_the_grant_is_bound_to_and_not_where_the_provider_points_today() {
        TokenRequest request = TokenRequests.refresh(PROVIDER, CLIENT, OLD, ClientAuthentication.Post, "rt");
        assertThat(request.endpoint()).isEqualTo(OLD);
        assertThat(request.authentication()).isEqualTo(ClientAuthentication.Post);
        assertThat(request.parameters())
                .isEqualTo(Map.of("audience", "api", "grant_type", "refresh_token", "refresh_token", "rt"));
        assertThat(request.notProcessedStatuses()).isEqualTo(Set.of(429));
    }

    @Test
    void a_code_is_exchanged_with_its_redirect_uri_and_verifier() {
        TokenRequest request = TokenRequests.authorizationCode(
                PROVIDER, CLIENT, "c0de", URI.create("http://localhost:5001/code"), "verifier");
        assertThat(request.endpoint()).isEqualTo(URI.create("https://acme.example/token"));
        assertThat(request.authentication()).isEqualTo(ClientAuthentication.Basic);
        assertThat(request.parameters())
                .isEqualTo(Map.of(
                        "audience", "api",
                        "grant_type", "authorization_code",
                        "code", "c0de",
                        "redirect_uri", "http://localhost:5001/code",
                        "code_verifier", "verifier"));
    }

    @Test
    void client_credentials_name_their_scopes_as_the_provider_wants() {
        TokenRequest request = TokenRequests.clientCredentials(PROVIDER, CLIENT, List.of("a", "b"));
        assertThat(request.parameters())
                .isEqualTo(Map.of("audience", "api", "grant_type", "client_credentials", "scopes", "a,b"));
        assertThat(request.headers()).isEqualTo(Map.of("X-Api", "1"));
    }

    @Test
    void a_request_in_a_log_shows_no_secret() {
        assertThat(TokenRequests.refresh(PROVIDER, CLIENT, OLD, ClientAuthentication.Post, "rt-secret")
                        .toString())
                .doesNotContain("rt-secret")
                .doesNotContain("s3cr3t");
    }
}

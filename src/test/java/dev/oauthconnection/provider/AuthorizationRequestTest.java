package dev.oauthconnection.provider;

import static dev.oauthconnection.provider.ProvidersForTests.provider;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.ProviderSpec;
import dev.oauthconnection.oauth.Pkce;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuthorizationRequestTest {
    private static final Pkce PKCE = new Pkce("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");

    private static URI uri(Provider provider) {
        return AuthorizationRequest.of(
                        provider,
                        "my app",
                        URI.create("http://localhost:5001/code"),
                        List.of("a.read", "b"),
                        "st+ate",
                        "non",
                        PKCE)
                .toUri();
    }

    @Test
    void it_holds_all_that_the_provider_needs() {
        assertThat(uri(provider("https://acme.example/authorize", ProviderSpec.Pkce.S256, Map.of("prompt", "consent"))))
                .isEqualTo(
                        URI.create(
                                "https://acme.example/authorize?prompt=consent&response_type=code&client_id=my%20app"
                                        + "&redirect_uri=http%3A%2F%2Flocalhost%3A5001%2Fcode&scopes=a.read%2Cb&state=st%2Bate&nonce=non"
                                        + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"));
    }

    @Test
    void a_query_of_the_endpoint_is_kept() {
        assertThat(uri(provider("https://acme.example/authorize?tenant=7", ProviderSpec.Pkce.S256, Map.of())))
                .asString()
                .startsWith("https://acme.example/authorize?tenant=7&response_type=code&");
    }

    @Test
    void a_provider_without_pkce_gets_no_challenge() {
        assertThat(uri(provider("https://acme.example/authorize", ProviderSpec.Pkce.None, Map.of())))
                .asString()
                .doesNotContain("code_challenge");
    }

    @Test
    void an_extra_parameter_cannot_replace_one_of_the_protocol() {
        assertThat(uri(provider(
                        "https://acme.example/authorize",
                        ProviderSpec.Pkce.S256,
                        Map.of("state", "theirs", "redirect_uri", "https://evil.example"))))
                .asString()
                .doesNotContain("theirs")
                .doesNotContain("evil");
    }
}

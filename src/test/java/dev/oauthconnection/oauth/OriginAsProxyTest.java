package dev.oauthconnection.oauth;

import static dev.oauthconnection.oauth.ScriptedServer.http;
import static dev.oauthconnection.oauth.TokenRequestsForTests.aRefresh;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.network.AddressRules;
import dev.oauthconnection.network.EnvironmentProxy;
import dev.oauthconnection.network.ProviderNetwork;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.testing.Authority;
import dev.oauthconnection.testing.ConnectProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider that talks like a proxy, at the far end of the tunnel: it is told nothing that is the proxy's. */
class OriginAsProxyTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final URI URL = URI.create("https://id.example/");

    private final Authority authority = new Authority();
    private final Trust trust = Trust.systemAnd(authority.pem());

    /** What the outcome is when the provider answers 407 with this challenge. */
    private <T> T outcome(String scheme, BiFunction<ProviderNetwork, Trust, T> request) throws IOException {
        String answer = http(407, "Proxy-Authenticate: " + scheme + " realm=\"x\"\r\n", "{}");
        try (ScriptedServer provider = new ScriptedServer(authority.listener("id.example"), (asked, out) -> {
                    out.write(answer.getBytes(StandardCharsets.UTF_8));
                    return true;
                });
                ConnectProxy proxy = ConnectProxy.to(provider.port())) {
            T outcome = request.apply(network(proxy), trust);
            assertThat(provider.requests())
                    .singleElement()
                    .asString()
                    .doesNotContainIgnoringCase("Proxy-Authorization");
            assertThat(proxy.asked()).singleElement().asString().contains("Proxy-Authorization: Basic ");
            return outcome;
        }
    }

    private static ProviderNetwork network(ConnectProxy proxy) {
        EnvironmentProxy environment =
                EnvironmentProxy.of(Map.of("HTTPS_PROXY", "http://user:password@127.0.0.1:" + proxy.port()));
        return new ProviderNetwork(
                environment
                        .client()
                        .newBuilder()
                        .dns(host -> List.of(InetAddress.ofLiteral("8.8.8.8")))
                        .build(),
                AddressRules.publicAnd(List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"OkHttp-Preemptive", "Basic"})
    void a_407_of_the_provider_answers_a_get(String scheme) throws IOException {
        BoundedHttp.Result result =
                outcome(scheme, (network, trust) -> new BoundedHttp(network, TIMEOUT).get(URL, trust, Map.of()));
        assertThat(result).isEqualTo(new BoundedHttp.Result.Answer(407, "{}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"OkHttp-Preemptive", "Basic"})
    void a_407_of_the_provider_answers_a_revocation(String scheme) throws IOException {
        Revocation.Outcome revoked =
                outcome(scheme, (network, trust) -> new Revocation(new BoundedHttp(network, TIMEOUT))
                        .revoke(
                                URL,
                                trust,
                                new Client("app", "s3cr3t"),
                                ClientAuthentication.Basic,
                                "rt-1234567890",
                                Revocation.TokenType.refresh_token));
        assertThat(revoked).isEqualTo(new Revocation.Outcome.Failed("the revocation endpoint answered 407"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"OkHttp-Preemptive", "Basic"})
    void a_407_of_the_provider_answers_a_token_request(String scheme) throws IOException {
        TokenOutcome outcome =
                outcome(scheme, (network, trust) -> new OkHttpTokenEndpoint(network, TIMEOUT, InstantSource.system())
                        .send(aRefresh().to(URL).trusting(trust).build(), () -> true));
        assertThat(String.valueOf(outcome)).contains("407").doesNotContain("proxy");
    }
}

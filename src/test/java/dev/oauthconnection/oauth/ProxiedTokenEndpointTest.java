package dev.oauthconnection.oauth;

import static dev.oauthconnection.oauth.ScriptedServer.http;
import static dev.oauthconnection.oauth.TokenRequestsForTests.aRefresh;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.network.AddressRules;
import dev.oauthconnection.network.EnvironmentProxy;
import dev.oauthconnection.network.ProviderNetwork;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.oauth.TokenOutcome.Ambiguous;
import dev.oauthconnection.oauth.TokenOutcome.Granted;
import dev.oauthconnection.oauth.TokenOutcome.Unavailable;
import dev.oauthconnection.testing.Authority;
import dev.oauthconnection.testing.ConnectProxy;
import dev.oauthconnection.testing.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import okhttp3.Dns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Token requests through a proxy: what it is asked, and what is known of a request that it did not carry. */
class ProxiedTokenEndpointTest {
    private static final String TOKEN = "{\"access_token\":\"at\",\"token_type\":\"Bearer\",\"expires_in\":1800}";
    private static final String CREDENTIALS = "user:secret%20word@";
    private static final String ANOTHER_NOTATION =
            " is no name, and no address that is written as four decimal numbers: correct the provider's URL";
    private static final Dns UNKNOWN = host -> {
        throw new UnknownHostException(host);
    };

    private final Authority authority = new Authority();

    private static Dns resolvingTo(String address) {
        return host -> List.of(InetAddress.ofLiteral(address));
    }

    private TokenOutcome send(int proxy, String credentials, Dns names) {
        return send(proxy, credentials, names, "id.example");
    }

    private TokenOutcome send(int proxy, String credentials, Dns names, String host) {
        EnvironmentProxy environment =
                EnvironmentProxy.of(Map.of("HTTPS_PROXY", "http://" + credentials + "127.0.0.1:" + proxy));
        ProviderNetwork network = new ProviderNetwork(
                environment.client().newBuilder().dns(names).build(), AddressRules.publicAnd(List.of()));
        return new OkHttpTokenEndpoint(network, Duration.ofSeconds(5), InstantSource.system())
                .send(
                        aRefresh()
                                .to(URI.create("https://" + host + "/token"))
                                .trusting(Trust.systemAnd(authority.pem()))
                                .build(),
                        () -> true);
    }

    private ScriptedServer provider(String answer) {
        return new ScriptedServer(authority.listener("id.example"), (request, out) -> {
            out.write(answer.getBytes(StandardCharsets.UTF_8));
            return false;
        });
    }

    @Test
    void a_request_goes_through_the_proxy_with_its_credentials_and_once() throws IOException {
        try (ScriptedServer provider = provider(http(200, "", TOKEN));
                ConnectProxy proxy = ConnectProxy.to(provider.port())) {
            assertThat(send(proxy.port(), CREDENTIALS, resolvingTo("8.8.8.8"))).isInstanceOf(Granted.class);
            assertThat(provider.requests()).hasSize(1);
            assertThat(proxy.asked())
                    .singleElement()
                    .asString()
                    .startsWith("CONNECT id.example:443 HTTP/1.1\r\n")
                    .contains("Proxy-Authorization: " + okhttp3.Credentials.basic("user", "secret word"));
            assertThat(provider.requests().getFirst()).doesNotContain("Proxy-Authorization");
        }
    }

    @Test
    void a_name_that_only_the_proxy_knows_is_left_to_the_proxy() throws IOException {
        try (ScriptedServer provider = provider(http(200, "", TOKEN));
                ConnectProxy proxy = ConnectProxy.to(provider.port())) {
            assertThat(send(proxy.port(), "", UNKNOWN)).isInstanceOf(Granted.class);
            assertThat(proxy.asked().getFirst()).doesNotContain("Proxy-Authorization");
        }
    }

    @Test
    void a_host_that_is_not_public_is_refused_before_the_proxy_is_asked() throws IOException {
        try (ConnectProxy proxy = ConnectProxy.cutting()) {
            assertThat(send(proxy.port(), CREDENTIALS, resolvingTo("10.1.2.3")))
                    .isInstanceOfSatisfying(Unavailable.class, denied -> assertThat(denied.why())
                            .startsWith("the host id.example (10.1.2.3) is not public")
                            .contains("--allowed-addresses"));
            assertThat(proxy.asked()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.1.2.3",
                "10.1.2.3.",
                "169.254.169.254.",
                "[::1]",
                "[fd00::1]",
                "[::ffff:10.1.2.3]",
            })
    void an_address_that_is_not_public_is_refused_before_the_proxy_is_asked(String host) throws IOException {
        assertThat(refusedBeforeProxy(host, Dns.SYSTEM))
                .contains("is not public")
                .contains("--allowed-addresses");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0177.0.0.1",
                "0177.0.0.1.",
                "10.0.0.01",
                "0x7f.0.0.1",
                "0X7F.0.0.1",
                "127.0.0.0x1",
                "0x7f000001",
                "0x7f000001.",
                "2130706433",
                "134744072",
                "127.1",
                "127.1.",
                "0x",
                "017700000001",
                "4294967296",
                "256.1.1.1",
                "1.2.3.4.5",
                "id.example.1",
                "id.example.0xg",
            })
    void an_address_in_another_notation_is_refused_before_the_proxy_is_asked(String host) throws IOException {
        assertThat(refusedBeforeProxy(host, UNKNOWN)).endsWith(ANOTHER_NOTATION);
        assertThat(refusedBeforeProxy(host, resolvingTo("8.8.8.8"))).endsWith(ANOTHER_NOTATION);
    }

    private String refusedBeforeProxy(String host, Dns names) throws IOException {
        try (ConnectProxy proxy = ConnectProxy.cutting()) {
            TokenOutcome outcome = send(proxy.port(), CREDENTIALS, names, host);
            assertThat(proxy.asked()).isEmpty();
            assertThat(outcome).isInstanceOf(Unavailable.class);
            return ((Unavailable) outcome).why();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "8.8.8.8.", "[2001:4860:4860::8888]", "id.example.", "0x7f.example", "1.2.3.4e"})
    void a_public_address_and_a_name_that_looks_like_one_are_left_to_the_proxy(String host) throws IOException {
        try (ConnectProxy proxy = ConnectProxy.refusing(502)) {
            send(proxy.port(), CREDENTIALS, resolvingTo("8.8.8.8"), host);
            assertThat(proxy.asked()).singleElement().asString().startsWith("CONNECT " + host + ":443 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inner.example", "inner.example."})
    void a_name_is_looked_up_with_its_last_dot_and_without_it(String known) throws IOException {
        Dns names = host -> {
            if (host.equals(known)) {
                return List.of(InetAddress.ofLiteral("10.1.2.3"));
            }
            throw new UnknownHostException(host);
        };
        assertThat(refusedBeforeProxy("inner.example.", names)).contains("is not public");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", CREDENTIALS})
    void a_proxy_that_wants_other_credentials_is_asked_once_and_named_without_its_password(String credentials)
            throws IOException {
        try (ConnectProxy proxy = ConnectProxy.refusing(407)) {
            assertThat(send(proxy.port(), credentials, UNKNOWN))
                    .isEqualTo(new Unavailable(
                            "the proxy 127.0.0.1:" + proxy.port()
                                    + " asks for other credentials (407): correct user and password in HTTPS_PROXY",
                            null));
            assertThat(proxy.asked()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 502, 503})
    void a_proxy_that_does_not_connect_is_named(int status) throws IOException {
        try (ConnectProxy proxy = ConnectProxy.refusing(status)) {
            assertThat(send(proxy.port(), CREDENTIALS, UNKNOWN))
                    .isEqualTo(new Unavailable(
                            "the proxy 127.0.0.1:" + proxy.port() + " did not connect to id.example (" + status
                                    + "): have it allow that host, or add the host to NO_PROXY",
                            null));
            assertThat(proxy.asked()).hasSize(1);
        }
    }

    @Test
    void a_proxy_that_cannot_be_reached_is_named() {
        int nobody = Ports.free();
        assertThat(send(nobody, CREDENTIALS, UNKNOWN))
                .isEqualTo(new Unavailable(
                        "no connection to the proxy 127.0.0.1:" + nobody
                                + ": correct HTTPS_PROXY, or add id.example to NO_PROXY",
                        null));
    }

    @Test
    void a_cut_after_connect_and_before_the_request_is_known_to_have_sent_nothing() throws IOException {
        try (ConnectProxy proxy = ConnectProxy.cutting()) {
            assertThat(send(proxy.port(), CREDENTIALS, UNKNOWN))
                    .isInstanceOfSatisfying(Unavailable.class, cut -> assertThat(cut.why())
                            .endsWith("(through the proxy 127.0.0.1:" + proxy.port() + ")"));
            assertThat(proxy.asked()).hasSize(1);
        }
    }

    @Test
    void a_cut_after_the_request_is_ambiguous() throws IOException {
        try (ScriptedServer provider = provider("");
                ConnectProxy proxy = ConnectProxy.to(provider.port())) {
            assertThat(send(proxy.port(), CREDENTIALS, UNKNOWN)).isInstanceOf(Ambiguous.class);
            assertThat(provider.requests()).hasSize(1);
            assertThat(proxy.asked()).hasSize(1);
        }
    }
}

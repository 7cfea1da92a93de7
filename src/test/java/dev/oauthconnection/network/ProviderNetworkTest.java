package dev.oauthconnection.network;

import static dev.oauthconnection.oauth.ScriptedServer.http;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oauthconnection.oauth.BoundedHttp;
import dev.oauthconnection.oauth.BoundedHttp.Result.Answer;
import dev.oauthconnection.oauth.BoundedHttp.Result.Failed;
import dev.oauthconnection.oauth.ScriptedServer;
import dev.oauthconnection.testing.Authority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where requests may go, and whose certificates they believe there. */
class ProviderNetworkTest {
    private final Authority authority = new Authority();

    /** A network in which every name has these addresses. */
    private static BoundedHttp network(List<String> allowed, String... addresses) {
        OkHttpClient base = new OkHttpClient.Builder()
                .dns(host -> Stream.of(addresses).map(InetAddress::ofLiteral).toList())
                .build();
        return new BoundedHttp(new ProviderNetwork(base, AddressRules.publicAnd(allowed)), Duration.ofSeconds(5));
    }

    private static BoundedHttp.Result get(BoundedHttp http, String host, int port, Trust trust) {
        return http.get(URI.create("https://" + host + ":" + port + "/"), trust, Map.of());
    }

    private static ScriptedServer answering(ServerSocket listener) {
        return new ScriptedServer(listener, (request, out) -> {
            out.write(http(200, "", "{}").getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return false;
        });
    }

    private static BoundedHttp.Result plain(BoundedHttp http, int port) {
        return http.get(URI.create("http://dual.example:" + port + "/"), Trust.SYSTEM, Map.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "2130706433", "id.example"})
    void an_address_that_is_not_public_is_never_connected_to(String host) throws IOException {
        try (ScriptedServer server = ScriptedServer.answering(http(200, "", "{}"))) {
            BoundedHttp.Result result = network(List.of(), "127.0.0.1")
                    .get(URI.create("http://" + host + ":" + server.port() + "/"), Trust.SYSTEM, Map.of());
            assertThat(result).isInstanceOfSatisfying(Failed.class, failed -> assertThat(failed.why())
                    .contains("127.0.0.1", "not public", "have an admin add the address to --allowed-addresses"));
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void an_ipv6_address_that_stands_in_the_url_is_checked() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.ofLiteral("::1"));
                ScriptedServer server = answering(listener)) {
            BoundedHttp.Result result =
                    network(List.of()).get(URI.create("http://[::1]:" + server.port() + "/"), Trust.SYSTEM, Map.of());
            assertThat(result).isInstanceOf(Failed.class);
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void an_address_that_an_admin_allowed_is_connected_to() throws IOException {
        try (ScriptedServer server = ScriptedServer.answering(http(200, "", "{}"))) {
            assertThat(plain(network(List.of("127.0.0.0/8"), "127.0.0.1"), server.port()))
                    .isInstanceOf(Answer.class);
        }
    }

    @Test
    void of_several_addresses_those_that_are_permitted_are_used() throws IOException {
        try (ScriptedServer server = ScriptedServer.answering(http(200, "", "{}"))) {
            BoundedHttp http = network(List.of("127.0.0.1"), "10.0.0.1", "::1", "127.0.0.1", "169.254.169.254");
            assertThat(plain(http, server.port())).isInstanceOf(Answer.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void a_host_of_both_families_is_reached_by_the_one_that_answers(String answers) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.ofLiteral(answers));
                ScriptedServer server = answering(listener)) {
            BoundedHttp http = network(List.of("127.0.0.1", "::1"), "::1", "127.0.0.1");
            assertThat(plain(http, server.port())).isInstanceOf(Answer.class);
        }
    }

    @Test
    void a_socket_checks_the_address_that_it_connects_to_whatever_was_looked_up_before() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Socket socket = new CheckedSockets(AddressRules.publicAnd(List.of())).createSocket()) {
            InetSocketAddress address = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
            assertThatThrownBy(() -> socket.connect(address, 1000)).isInstanceOf(AddressDenied.class);
            assertThatThrownBy(() -> socket.connect(address)).isInstanceOf(AddressDenied.class);
        }
    }

    @Test
    void a_private_authority_is_believed_where_the_bundle_names_it_and_nowhere_else() throws IOException {
        try (ScriptedServer server = answering(authority.listener("id.example"))) {
            BoundedHttp http = network(List.of("127.0.0.1"), "127.0.0.1");
            Trust trust = Trust.systemAnd(authority.pem());
            assertThat(get(http, "id.example", server.port(), trust)).isInstanceOf(Answer.class);
            assertThat(get(http, "id.example", server.port(), Trust.SYSTEM))
                    .isInstanceOfSatisfying(Failed.class, failed -> assertThat(failed.why())
                            .startsWith("TLS with id.example failed: ")
                            .endsWith("set caBundle of the provider"));
            Trust another = Trust.systemAnd(new Authority().pem());
            assertThat(get(http, "id.example", server.port(), another)).isInstanceOf(Failed.class);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void a_bundle_does_not_make_a_certificate_good_for_another_host() throws IOException {
        try (ScriptedServer server = answering(authority.listener("other.example"))) {
            BoundedHttp http = network(List.of("127.0.0.1"), "127.0.0.1");
            assertThat(get(http, "id.example", server.port(), Trust.systemAnd(authority.pem())))
                    .isInstanceOfSatisfying(Failed.class, failed -> assertThat(failed.why())
                            .contains("Hostname id.example not verified"));
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void the_authorities_of_the_system_stay_trusted_beside_a_bundle() throws IOException {
        OkHttpClient client = new ProviderNetwork(new OkHttpClient(), AddressRules.ANYWHERE)
                .toward(
                        okhttp3.HttpUrl.get("https://id.example/"),
                        Trust.systemAnd(authority.pem() + new Authority().pem()));
        int system = new OkHttpClient().x509TrustManager().getAcceptedIssuers().length;
        assertThat(client.x509TrustManager().getAcceptedIssuers()).hasSize(system + 2);
        assertThat(system).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"})
    void what_holds_no_certificate_is_no_bundle(String pem) {
        assertThatThrownBy(() -> Trust.systemAnd(pem))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("holds no certificates that can be read: write them in PEM");
    }

    @Test
    void a_private_key_in_a_bundle_is_refused_and_not_shown() {
        assertThatThrownBy(() -> Trust.systemAnd(authority.pem() + authority.privateKeyPem()))
                .hasMessage("holds a private key: leave certificates alone in it")
                .hasNoCause();
    }
}

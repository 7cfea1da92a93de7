package dev.oauthconnection.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownHostsTest {
    private final KnownHosts hosts = KnownHosts.loopback(5001).and(URI.create("https://books.example/code"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:5001",
                "LocalHost:5001",
                "127.0.0.1:5001",
                "[::1]:5001",
                "books.example",
                "books.example:443"
            })
    void its_own_names_are_known(String host) {
        assertThat(hosts.contains(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "localhost:5002",
                "evil.example:5001",
                "localhost.evil.example:5001",
                "localhost:5001.evil.example",
                "books.example:80"
            })
    void any_other_name_is_not(String host) {
        assertThat(hosts.contains(host)).isFalse();
    }

    @Test
    void a_server_on_every_address_is_known_by_each_of_them() throws SocketException {
        KnownHosts everywhere = KnownHosts.loopback(5001).andOwnAddresses(5001);

        assertThat(NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .filter(address -> address instanceof Inet4Address))
                .isNotEmpty()
                .allMatch(address -> everywhere.contains(address.getHostAddress() + ":5001"));
        assertThat(everywhere.contains("evil.example:5001")).isFalse();
        assertThat(everywhere.toString()).doesNotContain("%");
    }

    @Test
    void a_missing_host_is_not_known() {
        assertThat(hosts.contains(null)).isFalse();
    }
}

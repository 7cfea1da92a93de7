package dev.oauthconnection.local.http;

import static org.assertj.core.api.Assertions.assertThat;

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
    void a_missing_host_is_not_known() {
        assertThat(hosts.contains(null)).isFalse();
    }
}

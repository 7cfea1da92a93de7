package dev.oauthconnection.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Proxy;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How HTTPS_PROXY and NO_PROXY are read. */
class EnvironmentProxyTest {
    private static List<Proxy> select(Map<String, String> environment, String url) {
        return EnvironmentProxy.of(environment).select(URI.create(url));
    }

    private static String chosen(Map<String, String> environment) {
        return select(environment, "https://id.example/token").getFirst().toString();
    }

    @ParameterizedTest
    @CsvSource({
        "http://proxy.corp:3128, proxy.corp/<unresolved>:3128",
        "http://proxy.corp:3128/, proxy.corp/<unresolved>:3128",
        "HTTP://proxy.corp:3128, proxy.corp/<unresolved>:3128",
        "proxy.corp:3128, proxy.corp/<unresolved>:3128",
        "http://proxy.corp, proxy.corp/<unresolved>:80",
        "http://user:pass@10.0.0.1:3128, 10.0.0.1/<unresolved>:3128",
        "http://[fd00::1]:3128, fd00::1/<unresolved>:3128",
    })
    void a_proxy_is_named_by_its_url(String value, String address) {
        assertThat(chosen(Map.of("HTTPS_PROXY", value))).isEqualTo("HTTP @ " + address);
        assertThat(chosen(Map.of("https_proxy", value))).isEqualTo("HTTP @ " + address);
    }

    @Test
    void the_upper_case_wins_as_in_go() {
        assertThat(chosen(Map.of("HTTPS_PROXY", "http://upper:1", "https_proxy", "http://lower:1")))
                .contains("upper");
        assertThat(chosen(Map.of("HTTPS_PROXY", "", "https_proxy", "http://lower:1")))
                .contains("lower");
    }

    @Test
    void without_a_proxy_and_for_plain_http_the_way_is_direct() {
        assertThat(select(Map.of(), "https://id.example/")).containsExactly(Proxy.NO_PROXY);
        assertThat(select(Map.of("HTTPS_PROXY", "http://p:1"), "http://id.example/"))
                .containsExactly(Proxy.NO_PROXY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://secret-user:secret-pass@proxy:3128",
                "socks5://secret-user:secret-pass@proxy:3128",
                "http://secret-user:secret pass@proxy:3128",
                "http://secret-user:secret%pass@proxy:3128",
                "http://secret-user:secret-pass@:3128",
                "http://secret-user:secret-pass@proxy:99999",
                "http://secret-user:secret-pass@proxy:0",
                "http://secret-user:secret-pass@proxy:3128/path",
                "http://secret-user:secret-pass@proxy:3128?x=y",
                "http://secret-user:secret-pass@pro_xy:x",
                "http://"
            })
    void a_malformed_proxy_is_refused_in_one_line_without_its_password(String value) {
        assertThatThrownBy(() -> EnvironmentProxy.of(Map.of("HTTPS_PROXY", value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("HTTPS_PROXY ")
                .hasMessageNotContaining("secret")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*                      | https://id.example/",
                "id.example             | https://id.example/",
                "ID.example             | https://id.EXAMPLE/",
                "id.example             | https://id.example./",
                "example                | https://id.example/",
                ".example               | https://id.example/",
                "*.example              | https://id.example/",
                "other, id.example ,x   | https://id.example/",
                "id.example:443         | https://id.example/",
                "id.example:8443        | https://id.example:8443/",
                ".example:8443          | https://id.example:8443/",
                "10.1.2.3               | https://10.1.2.3/",
                "10.0.0.0/8             | https://10.1.2.3/",
                "10.1.2.3:443           | https://10.1.2.3/",
                "fd00::1                | https://[fd00::1]/",
                "fd00::/8               | https://[fd00::1]/",
                "[fd00::1]:8443         | https://[fd00::1]:8443/",
                "''                     | https://localhost:5/",
                "''                     | https://127.0.0.9/",
                "''                     | https://[::1]/",
            })
    void a_host_of_no_proxy_is_reached_directly(String noProxy, String url) {
        for (String name : List.of("NO_PROXY", "no_proxy")) {
            assertThat(select(Map.of("HTTPS_PROXY", "http://p:1", name, noProxy), url))
                    .containsExactly(Proxy.NO_PROXY);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                | https://id.example/",
                "d.example         | https://id.example/",
                ".id.example       | https://id.example/",
                "*.id.example      | https://id.example/",
                "id.example.com    | https://id.example/",
                "id.example:8443   | https://id.example/",
                "10.0.0.0/8        | https://id.example/",
                "10.0.0.0/8        | https://11.1.2.3/",
                "10.0.0.0/99       | https://10.1.2.3/",
                "10.1.2.3:80       | https://10.1.2.3/",
            })
    void every_other_host_is_reached_through_the_proxy(String noProxy, String url) {
        assertThat(select(Map.of("HTTPS_PROXY", "http://p:1", "NO_PROXY", noProxy), url))
                .noneMatch(Proxy.NO_PROXY::equals);
    }
}

package dev.oauthconnection.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses are public, and what an admin may allow beside them. */
class AddressRulesTest {
    private static final AddressRules PUBLIC = AddressRules.publicAnd(List.of());

    private static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "10.255.255.255",
                "100.64.0.1",
                "100.100.100.200",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.255.254",
                "168.63.129.16",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.192",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.1.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.7",
                "203.0.113.9",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::7f00:1",
                "::808:808",
                "64:ff9b::10.0.0.1",
                "64:ff9b::169.254.169.254",
                "64:ff9b:1::8.8.8.8",
                "100::1",
                "2001::1",
                "2001:10::1",
                "2001:db8::1",
                "2002:a00:1::1",
                "2002:7f00:1::",
                "3fff::1",
                "4000::1",
                "5f00::1",
                "fc00::1",
                "fd00:ec2::254",
                "fe80::1",
                "febf::1",
                "fec0::1",
                "ff02::1",
            })
    void what_is_not_public_is_denied(String literal) {
        assertThat(PUBLIC.permit(address(literal))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.1",
                "168.63.129.17",
                "169.253.255.255",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2001:200::1",
                "2001:4860:4860::8888",
                "2606:4700:4700::1111",
                "2a00:1450::1",
                "64:ff9b::8.8.8.8",
                "2002:808:808::1",
            })
    void what_is_public_is_permitted(String literal) {
        assertThat(PUBLIC.permit(address(literal))).isTrue();
    }

    @Test
    void an_ipv4_address_in_the_clothes_of_ipv6_is_judged_as_what_it_is() throws UnknownHostException {
        byte[] mapped = address("::1").getAddress();
        mapped[10] = (byte) 0xFF;
        mapped[11] = (byte) 0xFF;
        mapped[12] = 10;
        assertThat(PUBLIC.permit(java.net.Inet6Address.getByAddress("x", mapped, 0)))
                .isFalse();
        assertThat(AddressRules.publicAnd(List.of("10.0.0.0/8"))
                        .permit(java.net.Inet6Address.getByAddress("x", mapped, 0)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.1.2.3, true",
        "10.0.0.0/8, 192.168.0.1, false",
        "10.1.2.3, 10.1.2.3, true",
        "10.1.2.3, 10.1.2.4, false",
        "10.1.2.0/31, 10.1.2.1, true",
        "10.1.2.0/31, 10.1.2.2, false",
        "10.64.0.0/10, 10.127.255.255, true",
        "10.64.0.0/10, 10.128.0.0, false",
        "10.0.0.0/8, 64:ff9b::10.1.2.3, true",
        "0.0.0.0/0, 127.0.0.1, true",
        "0.0.0.0/0, ::1, false",
        "::/0, fd00::1, true",
        "fd00::/8, fd12:3456::1, true",
        "fd00::/8, fc00::1, false",
        "fd00:1::/33, fd00:1:7fff::1, true",
        "fd00:1::/33, fd00:1:8000::1, false",
        "::1, ::1, true",
    })
    void an_admin_may_allow_more(String block, String literal, boolean permitted) {
        assertThat(AddressRules.publicAnd(List.of(block)).permit(address(literal)))
                .isEqualTo(permitted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10",
                "10.1",
                "10.0.0.0/33",
                "10.0.0.0/",
                "10.0.0.0/-1",
                "10.0.0.0/8/8",
                "10.0.0.256",
                "ten",
                "localhost",
                "fd00::/129",
                "fe80::1%eth0",
                "[::1]",
                ":",
                "::ffff:10.0.0.0/104"
            })
    void what_is_no_block_is_refused_with_an_example(String text) {
        assertThatThrownBy(() -> AddressBlock.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is no block of addresses: write one such as 10.0.0.0/8 or fd00::/8,"
                        + " or a single address");
    }

    @Test
    void an_address_inside_a_block_is_not_taken_for_the_block() {
        assertThatThrownBy(() -> AddressBlock.parse("10.1.2.3/8"))
                .hasMessage("'10.1.2.3/8' names an address inside a block: write the block 10.0.0.0/8,"
                        + " or the address without /8");
    }

    @Test
    void local_mode_goes_anywhere() {
        assertThat(AddressRules.ANYWHERE.permit(address("127.0.0.1"))).isTrue();
    }
}

package dev.oauthconnection.network;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses requests to providers may go to. Whoever writes a provider chooses its hosts, so without a rule the operator would be a
 * way into the network that it runs in. The blocks are those of the IANA special-purpose registries (RFC 6890).
 */
public final class AddressRules {
    /** No rule: what a user's own machine asks for on that user's behalf. */
    public static final AddressRules ANYWHERE = new AddressRules(true, List.of());

    private static final List<AddressBlock> NOT_PUBLIC_IPV4 = blocks(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            // Azure's platform serves its machines there; it only looks public.
            "168.63.129.16");

    /** All that is public lies in here (RFC 4291, section 2.4). */
    private static final AddressBlock GLOBAL_UNICAST_IPV6 = AddressBlock.parse("2000::/3");

    private static final List<AddressBlock> NOT_PUBLIC_IPV6 = blocks("2001::/23", "2001:db8::/32", "3fff::/20");

    private static final AddressBlock MAPPED = AddressBlock.parse("::/80");
    private static final AddressBlock NAT64 = AddressBlock.parse("64:ff9b::/96");
    private static final AddressBlock SIX_TO_FOUR = AddressBlock.parse("2002::/16");

    private final boolean anywhere;
    private final List<AddressBlock> allowed;

    private AddressRules(boolean anywhere, List<AddressBlock> allowed) {
        this.anywhere = anywhere;
        this.allowed = allowed;
    }

    /**
     * Public addresses, and these.
     *
     * @param allowed blocks in CIDR notation, or single addresses
     * @throws IllegalArgumentException when one of them is malformed; the message is for who wrote it
     */
    public static AddressRules publicAnd(List<String> allowed) {
        return new AddressRules(false, allowed.stream().map(AddressBlock::parse).toList());
    }

    private static List<AddressBlock> blocks(String... texts) {
        return Stream.of(texts).map(AddressBlock::parse).toList();
    }

    /** Whether a request may go to this address. */
    public boolean permit(InetAddress address) {
        return anywhere || permit(address.getAddress());
    }

    private boolean permit(byte[] address) {
        if (isIn(allowed, address)) {
            return true;
        }
        if (address.length == 4) {
            return !isIn(NOT_PUBLIC_IPV4, address);
        }
        // An address that carries one of IPv4 ends up there, and is as good as that one.
        if (NAT64.contains(address) || isMapped(address)) {
            return permit(Arrays.copyOfRange(address, 12, 16));
        }
        if (SIX_TO_FOUR.contains(address)) {
            return permit(Arrays.copyOfRange(address, 2, 6));
        }
        return GLOBAL_UNICAST_IPV6.contains(address) && !isIn(NOT_PUBLIC_IPV6, address);
    }

    /** {@code ::ffff:a.b.c.d}; Java makes IPv4 of it by itself nearly everywhere. */
    private static boolean isMapped(byte[] address) {
        return MAPPED.contains(address) && address[10] == (byte) 0xFF && address[11] == (byte) 0xFF;
    }

    private static boolean isIn(List<AddressBlock> blocks, byte[] address) {
        return blocks.stream().anyMatch(block -> block.contains(address));
    }
}

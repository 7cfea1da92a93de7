package dev.oauthconnection.network;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.regex.Pattern;

/** A block of IP addresses in CIDR notation (RFC 4632; RFC 4291, section 2.3), or a single address. */
public final class AddressBlock {
    /** Four parts: the older notations such as 10.1 mean something else to everybody. */
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern PREFIX = Pattern.compile("[0-9]{1,3}");

    private final byte[] network;
    private final int prefix;

    private AddressBlock(byte[] network, int prefix) {
        this.network = network;
        this.prefix = prefix;
    }

    /**
     * Reads a block.
     *
     * @throws IllegalArgumentException when it is none; the message shows it and says what to write
     */
    public static AddressBlock parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = address(slash < 0 ? text : text.substring(0, slash), text);
        int bits = address.length * 8;
        int prefix = slash < 0 ? bits : prefix(text.substring(slash + 1), bits, text);
        AddressBlock block = new AddressBlock(masked(address, prefix), prefix);
        if (!Arrays.equals(block.network, address)) {
            throw new IllegalArgumentException("'" + text + "' names an address inside a block: write the block "
                    + block + ", or the address without /" + prefix);
        }
        return block;
    }

    private static byte[] address(String literal, String whole) {
        if (IPV4.matcher(literal).matches() || IPV6.matcher(literal).matches()) {
            try {
                return InetAddress.ofLiteral(literal).getAddress();
            } catch (IllegalArgumentException e) {
                throw malformed(whole);
            }
        }
        throw malformed(whole);
    }

    private static int prefix(String text, int bits, String whole) {
        if (!PREFIX.matcher(text).matches() || Integer.parseInt(text) > bits) {
            throw malformed(whole);
        }
        return Integer.parseInt(text);
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException("'" + text
                + "' is no block of addresses: write one such as 10.0.0.0/8 or fd00::/8, or a single address");
    }

    /** Whether an address of four or sixteen bytes is in it. */
    boolean contains(byte[] address) {
        return address.length == network.length && Arrays.equals(masked(address, prefix), network);
    }

    public boolean contains(InetAddress address) {
        return contains(address.getAddress());
    }

    private static byte[] masked(byte[] address, int prefix) {
        byte[] masked = new byte[address.length];
        for (int i = 0; i < masked.length; i++) {
            int kept = Math.clamp(prefix - i * 8L, 0, 8);
            masked[i] = (byte) (address[i] & (0xFF << (8 - kept)));
        }
        return masked;
    }

    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(network).getHostAddress() + "/" + prefix;
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException("an address has four or sixteen bytes", e);
        }
    }
}

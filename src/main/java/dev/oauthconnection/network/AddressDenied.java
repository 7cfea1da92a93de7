package dev.oauthconnection.network;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Collectors;

/** A host whose addresses are none that requests may go to; nothing was sent. The message is for a user and says what to do. */
public final class AddressDenied extends UnknownHostException {
    private static final long serialVersionUID = 1;

    AddressDenied(String host, List<InetAddress> addresses) {
        super(message(
                host,
                addresses.stream().map(InetAddress::getHostAddress).distinct().collect(Collectors.joining(", "))));
    }

    private static String message(String host, String addresses) {
        String where = host.equals(addresses) ? "the address " + host : "the host " + host + " (" + addresses + ")";
        return where + " is not public, and requests to providers go to public addresses alone: correct the provider's"
                + " URL, or have an admin add the address to --allowed-addresses of the operator";
    }
}

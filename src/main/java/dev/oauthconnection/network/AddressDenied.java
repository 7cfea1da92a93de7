package dev.oauthconnection.network;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Collectors;

/** A host with no address that requests may go to; nothing was sent. The message is for a user and says what to do. */
public final class AddressDenied extends UnknownHostException {
    private static final long serialVersionUID = 1;

    AddressDenied(String host, List<InetAddress> addresses) {
        super(message(
                host,
                addresses.stream().map(InetAddress::getHostAddress).distinct().collect(Collectors.joining(", "))));
    }

    private AddressDenied(String message) {
        super(message);
    }

    /** A host that some programs read as an address, and others as another one or as none. */
    static AddressDenied inAnotherNotation(String host) {
        return new AddressDenied("the host " + host
                + " is no name, and no address that is written as four decimal numbers: correct the provider's URL");
    }

    private static String message(String host, String addresses) {
        String where = host.equals(addresses) ? "the address " + host : "the host " + host + " (" + addresses + ")";
        return where + " is not public, and requests to providers go to public addresses alone: correct the provider's"
                + " URL, or have an admin add the address to --allowed-addresses of the operator";
    }
}

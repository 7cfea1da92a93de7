package dev.oauthconnection.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import javax.net.SocketFactory;

/**
 * Sockets that connect to permitted addresses alone. The last word: an address that stands in a URL never passes the look-up of names, and
 * here nothing can change between the check and the use.
 */
final class CheckedSockets extends SocketFactory {
    private final AddressRules rules;

    CheckedSockets(AddressRules rules) {
        this.rules = rules;
    }

    @Override
    public Socket createSocket() {
        return new CheckedSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }

    private Socket connected(InetSocketAddress to) throws IOException {
        Socket socket = createSocket();
        socket.connect(to);
        return socket;
    }

    private final class CheckedSocket extends Socket {
        @Override
        public void connect(SocketAddress endpoint) throws IOException {
            connect(endpoint, 0);
        }

        @Override
        public void connect(SocketAddress endpoint, int timeout) throws IOException {
            if (!(endpoint instanceof InetSocketAddress to) || to.isUnresolved()) {
                throw new UnknownHostException("an address is needed");
            }
            if (!rules.permit(to.getAddress())) {
                throw new AddressDenied(to.getHostString(), List.of(to.getAddress()));
            }
            super.connect(endpoint, timeout);
        }
    }
}

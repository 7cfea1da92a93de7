package dev.oauthconnection.serving;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names that this server answers to. A page of another site whose name was pointed at this machine (DNS rebinding) is of the same
 * origin for its browser; only the Host header tells it apart.
 */
public final class KnownHosts {
    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");

    private final Set<String> authorities = new LinkedHashSet<>();

    private KnownHosts() {}

    /** The loopback names with this port. */
    public static KnownHosts loopback(int port) {
        KnownHosts hosts = new KnownHosts();
        LOOPBACK.forEach(host -> hosts.add("http", host, port));
        return hosts;
    }

    /** Adds the host and port of {@code uri}, such as the redirect URI's. */
    public KnownHosts and(URI uri) {
        add(uri.getScheme(), uri.getHost(), uri.getPort());
        return this;
    }

    /** Adds this machine's own addresses with this port, for a server that listens on all of them. */
    public KnownHosts andOwnAddresses(int port) throws SocketException {
        NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .forEach(address -> add("http", literal(address), port));
        return this;
    }

    /** As it stands in a URL: IPv6 in brackets, without the interface it belongs to. */
    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        return address instanceof Inet6Address ? "[" + text.replaceFirst("%.*", "") + "]" : text;
    }

    /** Whether a Host header names this server. A missing one does not. */
    public boolean contains(@Nullable String host) {
        return host != null && authorities.contains(host.toLowerCase(Locale.ROOT));
    }

    /** Whether {@code uri} is on this machine's loopback interface. */
    public static boolean isLoopback(URI uri) {
        return uri.getHost() != null && LOOPBACK.contains(uri.getHost().toLowerCase(Locale.ROOT));
    }

    private void add(String scheme, String host, int port) {
        int standard = scheme.equals("https") ? 443 : 80;
        String name = host.toLowerCase(Locale.ROOT);
        if (port == -1 || port == standard) {
            authorities.add(name);
        }
        authorities.add(name + ":" + (port == -1 ? standard : port));
    }

    @Override
    public String toString() {
        return String.join(", ", authorities);
    }
}

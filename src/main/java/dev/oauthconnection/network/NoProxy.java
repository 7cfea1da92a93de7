package dev.oauthconnection.network;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that are reached without the proxy, as Go reads NO_PROXY: names with their subdomains, {@code .suffix} and {@code *.suffix}
 * for subdomains alone, addresses, CIDR blocks (for hosts that are addresses; names are not looked up), each name or address with or
 * without a port, and {@code *} for all. Loopback is always among them. What cannot be read matches nothing, as in Go.
 */
final class NoProxy {
    private static final int HTTPS_PORT = 443;
    private static final Pattern WITH_PORT = Pattern.compile("(\\[[^]]*]|[^:]*):([0-9]{1,5})");
    private static final Pattern LITERAL = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|.*:.*");

    /** A host as a request names it; the address where it is one. */
    private record Host(String name, @Nullable InetAddress address, int port) {}

    private final List<Predicate<Host>> entries;

    private NoProxy(List<Predicate<Host>> entries) {
        this.entries = entries;
    }

    static NoProxy parse(String text) {
        return new NoProxy(Stream.of(text.split(","))
                .map(entry -> entry.strip().toLowerCase(Locale.ROOT))
                .filter(entry -> !entry.isEmpty())
                .map(NoProxy::entry)
                .toList());
    }

    boolean contains(URI uri) {
        String name = Objects.requireNonNullElse(uri.getHost(), "")
                .replaceAll("[\\[\\]]", "")
                .replaceFirst("\\.$", "")
                .toLowerCase(Locale.ROOT);
        Host host = new Host(name, literal(name), uri.getPort() < 0 ? HTTPS_PORT : uri.getPort());
        boolean loopback = name.equals("localhost")
                || (host.address() != null && host.address().isLoopbackAddress());
        return loopback || entries.stream().anyMatch(entry -> entry.test(host));
    }

    private static Predicate<Host> entry(String entry) {
        if (entry.equals("*")) {
            return host -> true;
        }
        if (entry.contains("/")) {
            return block(entry);
        }
        Matcher port = WITH_PORT.matcher(entry);
        return port.matches()
                ? host -> host.port() == Integer.parseInt(port.group(2))
                        && named(port.group(1)).test(host)
                : named(entry);
    }

    private static Predicate<Host> named(String text) {
        String name = text.replaceAll("[\\[\\]]", "");
        InetAddress address = literal(name);
        if (address != null) {
            return host -> address.equals(host.address());
        }
        String suffix = name.startsWith("*.") ? name.substring(1) : name.startsWith(".") ? name : "." + name;
        boolean itself = !name.startsWith("*.") && !name.startsWith(".");
        return host -> host.name().endsWith(suffix) || (itself && host.name().equals(name));
    }

    private static Predicate<Host> block(String entry) {
        try {
            AddressBlock block = AddressBlock.parse(entry);
            return host -> host.address() != null && block.contains(host.address());
        } catch (IllegalArgumentException e) {
            return host -> false;
        }
    }

    private static @Nullable InetAddress literal(String name) {
        try {
            return LITERAL.matcher(name).matches() ? InetAddress.ofLiteral(name) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}

package dev.oauthconnection.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Pattern;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/**
 * The network as it is: addresses are checked when names are looked up and again when sockets connect, and where there is a proxy before
 * it is asked to connect. All addresses of a host that are permitted are left to choose from, so IPv4 and IPv6 both work.
 */
public final class ProviderNetwork implements Outbound {
    /** Such a host is an IPv4 address or malformed, and never a name (WHATWG URL, "ends in a number"). */
    private static final Pattern ENDS_IN_NUMBER = Pattern.compile("(^|\\.)([0-9]+|0x[^.]*)$");

    private final OkHttpClient base;
    private final AddressRules rules;
    private final CheckedSockets sockets;
    private final TrustStores trustStores = new TrustStores();

    /**
     * @param base whose look-up of names, TLS, choice of proxy and proxy credentials are used
     * @param rules for the providers' addresses; the proxy's own are the admin's choice, and not checked
     */
    public ProviderNetwork(OkHttpClient base, AddressRules rules) {
        this.base = base;
        this.rules = rules;
        this.sockets = new CheckedSockets(rules);
    }

    @Override
    public OkHttpClient toward(HttpUrl url, Trust trust) throws IOException {
        OkHttpClient.Builder client = base.newBuilder();
        if (!trust.bundle().isEmpty()) {
            TrustStores.Tls tls = trustStores.of(trust);
            client.sslSocketFactory(tls.sockets(), tls.trustManager());
        }
        Proxy proxy = proxyFor(url);
        client.proxy(proxy);
        if (proxy.type() == Proxy.Type.DIRECT) {
            client.socketFactory(sockets).dns(this::permitted);
        } else {
            checkBeforeProxy(url.host());
        }
        return client.build();
    }

    private Proxy proxyFor(HttpUrl url) {
        List<Proxy> proxies = base.proxySelector().select(url.uri());
        return proxies == null || proxies.isEmpty() ? Proxy.NO_PROXY : proxies.getFirst();
    }

    private List<InetAddress> permitted(String host) throws UnknownHostException {
        List<InetAddress> found = base.dns().lookup(host);
        List<InetAddress> permitted = found.stream().filter(rules::permit).toList();
        if (permitted.isEmpty() && !found.isEmpty()) {
            throw new AddressDenied(host, found);
        }
        return permitted;
    }

    /**
     * Checks what the proxy may take the host for. Many take octal and hexadecimal numbers, and addresses with a last dot, for addresses;
     * Java's look-up does not know them, or takes them for others.
     */
    private void checkBeforeProxy(String host) throws AddressDenied {
        String withoutDot = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (ENDS_IN_NUMBER.matcher(withoutDot).find() && !isDottedDecimal(withoutDot)) {
            throw AddressDenied.inAnotherNotation(host);
        }
        // Search domains give a name another meaning without the dot, so neither look-up stands for the other.
        for (String name : host.equals(withoutDot) ? List.of(host) : List.of(host, withoutDot)) {
            checkAddresses(name);
        }
    }

    /** The one notation that all programs read alike: Java takes 0177.0.0.1 for 177.0.0.1, others for 127.0.0.1. */
    private static boolean isDottedDecimal(String host) {
        try {
            return InetAddress.ofLiteral(host).getHostAddress().equals(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** A name that is known only behind the proxy is left to the proxy, which looks up each name itself in any case. */
    private void checkAddresses(String host) throws AddressDenied {
        try {
            Dns names = this::permitted;
            names.lookup(host);
        } catch (AddressDenied e) {
            throw e;
        } catch (UnknownHostException e) {
            // Not known here.
        }
    }
}

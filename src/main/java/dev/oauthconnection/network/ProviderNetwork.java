package dev.oauthconnection.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.util.List;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/**
 * The network as it is: addresses are checked when names are looked up and again when sockets connect, and where there is a proxy before
 * it is asked to connect. All addresses of a host that are permitted are left to choose from, so IPv4 and IPv6 both work.
 */
public final class ProviderNetwork implements Outbound {
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

    /** A name that is known only behind the proxy is left to the proxy, which looks up each name itself in any case. */
    private void checkBeforeProxy(String host) throws AddressDenied {
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

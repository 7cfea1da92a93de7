package dev.oauthconnection.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/**
 * The proxy that HTTPS_PROXY names (or https_proxy), but for the hosts of NO_PROXY (or no_proxy). The upper case is read first, as Go
 * does. Plain http has no proxy: it goes to loopback alone.
 */
public final class EnvironmentProxy extends ProxySelector {
    private static final String EXPECTED = ": write http://host:port, or http://user:password@host:port";
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://.*");
    /** As Go reads an address without a port. */
    private static final int DEFAULT_PORT = 80;

    private final @Nullable Proxy proxy;
    private final @Nullable String credentials;
    private final NoProxy exceptions;

    private EnvironmentProxy(@Nullable Proxy proxy, @Nullable String credentials, NoProxy exceptions) {
        this.proxy = proxy;
        this.credentials = credentials;
        this.exceptions = exceptions;
    }

    /**
     * Reads the environment.
     *
     * @throws IllegalArgumentException when the proxy is malformed; the message names the variable and shows no password
     */
    public static EnvironmentProxy of(Map<String, String> environment) {
        NoProxy exceptions = NoProxy.parse(first(environment, "NO_PROXY", "no_proxy"));
        String name = environment.getOrDefault("HTTPS_PROXY", "").isBlank() ? "https_proxy" : "HTTPS_PROXY";
        String value = environment.getOrDefault(name, "").strip();
        if (value.isEmpty()) {
            return new EnvironmentProxy(null, null, exceptions);
        }
        URI uri;
        try {
            uri = new URI(SCHEME.matcher(value).matches() ? value : "http://" + value);
        } catch (URISyntaxException e) {
            // Its message would repeat the value, password included.
            throw new IllegalArgumentException(name + " is not a URL" + EXPECTED);
        }
        if (!"http".equalsIgnoreCase(uri.getScheme())) {
            throw new IllegalArgumentException(
                    name + " has the scheme " + uri.getScheme() + ", and only http is supported" + EXPECTED);
        }
        boolean more = !List.of("", "/").contains(uri.getRawPath()) || uri.getRawQuery() != null;
        if (uri.getHost() == null || more || uri.getPort() == 0 || uri.getPort() > 65_535) {
            throw new IllegalArgumentException(name + " is not the address of a proxy" + EXPECTED);
        }
        int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        String host = uri.getHost().replaceAll("[\\[\\]]", "");
        return new EnvironmentProxy(
                new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port)),
                credentials(uri.getRawUserInfo(), name),
                exceptions);
    }

    private static String first(Map<String, String> environment, String... names) {
        return Stream.of(names)
                .map(name -> environment.getOrDefault(name, ""))
                .filter(value -> !value.isBlank())
                .findFirst()
                .orElse("");
    }

    private static @Nullable String credentials(@Nullable String userInfo, String name) {
        if (userInfo == null) {
            return null;
        }
        int colon = userInfo.indexOf(':');
        String user = colon < 0 ? userInfo : userInfo.substring(0, colon);
        try {
            return Credentials.basic(decoded(user), colon < 0 ? "" : decoded(userInfo.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " has a % in user or password that is not %25");
        }
    }

    /** A plus stands for itself here, unlike in a form. */
    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** A client that goes through this proxy where there is one. */
    public OkHttpClient client() {
        return new OkHttpClient.Builder()
                .proxySelector(this)
                .proxyAuthenticator(this::authenticate)
                .build();
    }

    @Override
    public List<Proxy> select(URI uri) {
        boolean direct = proxy == null || !"https".equals(uri.getScheme()) || exceptions.contains(uri);
        return List.of(direct ? Proxy.NO_PROXY : proxy);
    }

    /** The proxy cannot be reached: there is no other. */
    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {}

    /**
     * Asked before CONNECT is written, and again when the proxy wants other credentials, of which there are none. A 407 to any other
     * request was written by the provider, inside the tunnel: the credentials are not for it, and it is an answer like others.
     */
    private @Nullable Request authenticate(@Nullable Route route, Response challenge) throws IOException {
        if (!challenge.request().method().equals("CONNECT")) {
            return null;
        }
        boolean asked =
                challenge.challenges().stream().noneMatch(c -> c.scheme().equals("OkHttp-Preemptive"));
        if (asked) {
            throw new ProxyRefused(challenge.code());
        }
        return credentials == null
                ? null
                : challenge
                        .request()
                        .newBuilder()
                        .header("Proxy-Authorization", credentials)
                        .build();
    }
}

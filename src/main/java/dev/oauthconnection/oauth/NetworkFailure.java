package dev.oauthconnection.oauth;

import dev.oauthconnection.network.AddressDenied;
import dev.oauthconnection.network.ProxyRefused;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What went wrong on the wire, for a user: names hosts alone, since paths and queries may hold what is not for everyone. */
final class NetworkFailure {
    /** OkHttp's words for a proxy that says no to CONNECT. */
    private static final Pattern TUNNEL_REFUSED = Pattern.compile("Unexpected response code for CONNECT: ([0-9]{3})");

    private NetworkFailure() {}

    /** @param proxy through which the request was to go */
    static String explain(IOException e, String host, Proxy proxy, Duration callTimeout) {
        if (proxy.address() instanceof InetSocketAddress address) {
            return throughProxy(e, host, address.getHostString() + ":" + address.getPort(), callTimeout);
        }
        return direct(e, host, callTimeout);
    }

    private static String throughProxy(IOException e, String host, String proxy, Duration callTimeout) {
        Matcher refused = TUNNEL_REFUSED.matcher(message(e));
        return switch (e) {
            case ProxyRefused asked
            when asked.status() == HttpURLConnection.HTTP_PROXY_AUTH ->
                "the proxy " + proxy + " asks for other credentials (407): correct user and password in HTTPS_PROXY";
            case UnknownHostException unknown
            when !(e instanceof AddressDenied) -> "the proxy " + proxy + " cannot be resolved: correct HTTPS_PROXY";
            case ConnectException unreachable ->
                "no connection to the proxy " + proxy + ": correct HTTPS_PROXY, or add " + host + " to NO_PROXY";
            case NoRouteToHostException unreachable ->
                "no route to the proxy " + proxy + ": correct HTTPS_PROXY, or add " + host + " to NO_PROXY";
            default ->
                refused.matches()
                        ? "the proxy " + proxy + " did not connect to " + host + " (" + refused.group(1)
                                + "): have it allow that host, or add the host to NO_PROXY"
                        : direct(e, host, callTimeout) + " (through the proxy " + proxy + ")";
        };
    }

    private static String direct(IOException e, String host, Duration callTimeout) {
        return switch (e) {
            case BoundedHttp.BodyTooLarge tooLarge -> "the answer of " + host + " is larger than 1 MiB";
            case AddressDenied denied -> message(denied);
            case UnknownHostException unknown -> "the host " + host + " cannot be resolved";
            case ConnectException refused -> "no connection to " + host;
            case NoRouteToHostException unrouted -> "no route to " + host;
            case SSLException tls ->
                "TLS with " + host + " failed: " + ProviderText.clean(message(tls))
                        + (tls.getCause() instanceof CertificateException
                                ? "; where a private authority issues its certificates, set caBundle of the provider"
                                : "");
            case InterruptedIOException late ->
                "no whole answer of " + host + " within " + callTimeout.toMillis() + " ms";
            default -> "the connection to " + host + " broke before the answer was whole";
        };
    }

    private static String message(IOException e) {
        @Nullable String message = e.getMessage();
        return message == null ? "no reason given" : message;
    }
}

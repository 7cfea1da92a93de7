package dev.oauthconnection.provider;

import dev.oauthconnection.oauth.ProviderText;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a provider's URLs and headers must be: https, or http to a loopback address where local mode allows it, since tokens and client
 * secrets go there.
 */
final class EndpointRules {
    /** An entry that breaks a rule; the message says which and what to do. */
    static final class Broken extends Exception {
        private static final long serialVersionUID = 1;

        Broken(String message) {
            super(message);
        }
    }

    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}|\\[::1]");
    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7E]*");
    /** These are the protocol's own. */
    private static final Set<String> RESERVED_HEADERS = Set.of(
            "authorization",
            "host",
            "content-type",
            "content-length",
            "content-encoding",
            "transfer-encoding",
            "connection",
            "expect",
            "upgrade",
            "te",
            "trailer",
            "accept-encoding",
            "proxy-authorization");

    private final boolean loopbackHttpAllowed;

    EndpointRules(boolean loopbackHttpAllowed) {
        this.loopbackHttpAllowed = loopbackHttpAllowed;
    }

    /** Reads an endpoint; it may have a query. */
    URI endpoint(String field, String text) throws Broken {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new Broken(field + " is not a URL: '" + ProviderText.clean(text) + "'");
        }
        String shown = "'" + ProviderText.clean(text) + "'";
        if (uri.getScheme() == null || uri.getHost() == null) {
            throw new Broken(field + " is not an absolute URL: " + shown + "; write https:// and a host");
        }
        if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            // Not shown: it may hold a password.
            throw new Broken(field + " must have neither a user nor a fragment");
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        if (scheme.equals("https") || (scheme.equals("http") && loopbackHttpAllowed && isLoopback(uri))) {
            return uri;
        }
        throw new Broken(field + " must use https: " + shown
                + (loopbackHttpAllowed
                        ? "; http is allowed to loopback addresses alone"
                        : "; http is allowed in local mode alone, to loopback addresses"));
    }

    /** Reads an issuer identifier, which has no query (RFC 8414, section 2). */
    URI issuer(String text) throws Broken {
        URI uri = endpoint("issuer", text);
        if (uri.getRawQuery() != null) {
            throw new Broken("issuer must have no query: '" + ProviderText.clean(text) + "'");
        }
        return uri;
    }

    /** Checks the headers that an entry adds to token requests. */
    static Map<String, String> headers(Map<String, String> headers) throws Broken {
        for (Map.Entry<String, String> header : headers.entrySet()) {
            String name = header.getKey();
            if (!HEADER_NAME.matcher(name).matches() || RESERVED_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                throw new Broken("token.headers must not set '" + ProviderText.clean(name) + "': remove it");
            }
            if (!HEADER_VALUE.matcher(header.getValue()).matches()) {
                throw new Broken("the value of token.headers '" + name + "' must be printable ASCII on one line");
            }
        }
        return Map.copyOf(headers);
    }

    private static boolean isLoopback(URI uri) {
        return LOOPBACK.matcher(uri.getHost().toLowerCase(Locale.ROOT)).matches();
    }
}

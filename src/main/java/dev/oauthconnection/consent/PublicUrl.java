package dev.oauthconnection.consent;

import java.net.URI;
import java.util.Set;

/** The URL under which browsers reach the consent pages, and what follows from it. */
public final class PublicUrl {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private PublicUrl() {}

    /** Where to give consent to a connection: the value of {@code status.consent.url}. The CLI adds {@code #<pairing code>}. */
    public static String consentUrl(URI publicUrl, String namespace, String name) {
        String base = publicUrl.toString();
        return (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + "/connect/" + namespace + "/"
                + name;
    }

    /** The path without a slash at its end. */
    static String path(URI publicUrl) {
        String path = publicUrl.getPath() == null ? "" : publicUrl.getPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    static void check(URI publicUrl, URI redirectUri) {
        boolean https = "https".equals(publicUrl.getScheme());
        boolean loopback = "http".equals(publicUrl.getScheme()) && LOOPBACK.contains(publicUrl.getHost());
        if (!https && !loopback || publicUrl.getHost() == null) {
            throw new IllegalArgumentException("the public URL " + publicUrl
                    + " must be https, or http on localhost: pairing codes and authorization codes pass through it");
        }
        if (publicUrl.getRawQuery() != null || publicUrl.getRawFragment() != null) {
            throw new IllegalArgumentException("the public URL " + publicUrl + " must have no query and no fragment");
        }
        if (!Origin.of(publicUrl).equals(Origin.of(redirectUri)) || redirectUri.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "the redirect URI " + redirectUri + " must be under the origin of the public URL " + publicUrl
                            + ": only there the browser shows the cookie of the attempt");
        }
    }
}

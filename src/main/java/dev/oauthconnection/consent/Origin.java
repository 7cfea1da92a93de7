package dev.oauthconnection.consent;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Origins (RFC 6454), and whether a request came from our own page. */
final class Origin {
    private Origin() {}

    /** Scheme, host and, where it is not the scheme's own, port. */
    static String of(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        int usual = scheme.equals("https") ? 443 : 80;
        String port = uri.getPort() < 0 || uri.getPort() == usual ? "" : ":" + uri.getPort();
        return scheme + "://" + String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT) + port;
    }

    /**
     * Whether the browser vouches that our own page sent the request. Sec-Fetch-Site comes first: under our referrer policy browsers
     * send the Origin {@code null} even for our own forms.
     */
    static boolean isOurs(@Nullable String secFetchSite, @Nullable String origin, URI publicUrl) {
        if (secFetchSite != null) {
            return secFetchSite.equals("same-origin");
        }
        return of(publicUrl).equals(origin);
    }
}

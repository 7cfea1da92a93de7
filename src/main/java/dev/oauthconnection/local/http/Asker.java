package dev.oauthconnection.local.http;

import io.javalin.http.Context;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who sent a request, as far as its headers tell (Fetch Metadata, RFC 6454). A browser cannot forge these for a page. */
public enum Asker {
    /** A program, the address bar, a bookmark, or a page of this server. */
    OWN,
    /** A page of another site or port, or a browser that fetches ahead of its user. */
    FOREIGN;

    /**
     * Whether {@code request} comes from a browser that tells nothing of the page behind it: to an address that is not trustworthy
     * (https, loopback) browsers send no Fetch Metadata, and an image or a link sends no Origin. Programs do not say which language they
     * speak, browsers always do.
     */
    public static boolean isBrowserOfUnknownPage(Context request) {
        return request.header("Sec-Fetch-Site") == null
                && request.header("Origin") == null
                && request.header("Accept-Language") != null;
    }

    /** Reads the headers of {@code request}. */
    public static Asker of(Context request) {
        return of(
                request.header("Sec-Fetch-Site"),
                request.header("Origin"),
                request.scheme() + "://" + request.header("Host"),
                request.header("Sec-Purpose"));
    }

    /**
     * Sec-Fetch-Site decides where a browser sends it. A form of a page without a referrer has {@code Origin: null}, so that value says
     * nothing more where Sec-Fetch-Site has spoken, and is refused where it has not.
     */
    static Asker of(@Nullable String site, @Nullable String origin, String self, @Nullable String purpose) {
        if (purpose != null && purpose.toLowerCase(Locale.ROOT).contains("prefetch")) {
            return FOREIGN;
        }
        if (site != null && !site.equals("none") && !site.equals("same-origin")) {
            return FOREIGN;
        }
        if (origin == null || origin.equalsIgnoreCase(self)) {
            return OWN;
        }
        return origin.equals("null") && "same-origin".equals(site) ? OWN : FOREIGN;
    }
}

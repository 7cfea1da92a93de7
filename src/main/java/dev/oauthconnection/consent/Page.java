package dev.oauthconnection.consent;

import io.javalin.http.Context;

/**
 * A page and the headers that go with it. Nothing may be loaded, framed, cached or sent as a referrer; style and script run by their
 * hashes alone.
 *
 * @param contentSecurityPolicy of this page
 */
record Page(int status, String html, String contentSecurityPolicy) {
    void sendTo(Context context) {
        secure(context);
        context.status(status)
                .header("Content-Security-Policy", contentSecurityPolicy)
                .html(html);
    }

    /** The headers of every answer, redirects included. */
    static void secure(Context context) {
        context.header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                .header("Referrer-Policy", "no-referrer")
                .header("X-Content-Type-Options", "nosniff")
                .header("Cache-Control", "no-store");
    }
}

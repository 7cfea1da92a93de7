package dev.oauthconnection.consent;

import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The cookie that binds an attempt to the browser that began it. Over https it has the prefix {@code __Host-}, so that no sibling domain
 * can plant one. SameSite is Lax: the provider's redirect is a navigation from another site.
 */
final class BrowserCookie {
    private final boolean https;
    private final String name;

    BrowserCookie(URI publicUrl) {
        this.https = "https".equals(publicUrl.getScheme());
        this.name = https ? "__Host-consent" : "consent";
    }

    void set(Context context, String value) {
        context.cookie(cookie(value, (int) Attempt.LIFETIME.toSeconds()));
    }

    void clear(Context context) {
        context.cookie(cookie("", 0));
    }

    @Nullable
    String read(Context context) {
        return context.cookie(name);
    }

    private Cookie cookie(String value, int maxAge) {
        return new Cookie(name, value, "/", maxAge, https, true, null, SameSite.LAX);
    }
}

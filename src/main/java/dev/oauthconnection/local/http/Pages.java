package dev.oauthconnection.local.http;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Pages in plain HTML: no script, no outside asset, one style sheet whose hash the content security policy names. */
public final class Pages {
    private static final String STYLE = read(Pages.class, "style.css");
    private static final Template LAYOUT = compile(read(Pages.class, "layout.mustache"));
    private static final String POLICY = "default-src 'none'; style-src 'sha256-" + sha256(STYLE)
            + "'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

    private final Class<?> owner;
    private final Map<String, Template> templates = new ConcurrentHashMap<>();

    /** @param owner the class beside whose package the templates lie */
    public Pages(Class<?> owner) {
        this.owner = owner;
    }

    /** Headers of every answer, pages or not. There is no CORS header: no other origin may read anything. */
    public static void headers(Context exchange) {
        exchange.header("Content-Security-Policy", POLICY);
        exchange.header("X-Content-Type-Options", "nosniff");
        exchange.header("X-Frame-Options", "DENY");
        exchange.header("Referrer-Policy", "no-referrer");
        exchange.header("Cross-Origin-Resource-Policy", "same-origin");
        exchange.header("Cross-Origin-Opener-Policy", "same-origin");
        exchange.header("Cache-Control", "no-store");
    }

    /**
     * Lets the form of this page end at {@code origin} too: browsers apply form-action to the redirects that follow a form.
     *
     * @param origin scheme, host and port of a registered redirect URI
     */
    public static void formMayEndAt(Context exchange, String origin) {
        exchange.header("Content-Security-Policy", POLICY + " " + origin);
    }

    /**
     * Answers with a page.
     *
     * @param template its name without the ending
     * @param refreshSeconds after how long the browser loads it again; null for never
     */
    public void show(
            Context exchange, String template, String title, Map<String, ?> model, @Nullable Integer refreshSeconds) {
        Map<String, @Nullable Object> page = new HashMap<>();
        page.put("title", title);
        page.put("style", STYLE);
        page.put("refresh", refreshSeconds);
        page.put("body", template(template).execute(model));
        exchange.html(LAYOUT.execute(page));
    }

    private Template template(String name) {
        return templates.computeIfAbsent(name, n -> compile(read(owner, n + ".mustache")));
    }

    private static Template compile(String source) {
        return Mustache.compiler().nullValue("").emptyStringIsFalse(true).compile(source);
    }

    private static String read(Class<?> beside, String name) {
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}

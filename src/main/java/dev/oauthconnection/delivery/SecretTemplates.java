package dev.oauthconnection.delivery;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.samskivert.mustache.BasicCollector;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * Renders the templates of {@code spec.secret.template}: Mustache without HTML escaping, with the variables accessToken, tokenType,
 * expiresAt, scope, idToken and subject, and the sections #json, #url and #base64 that encode what they enclose. A template comes from
 * a tenant: it sees these names and nothing else (no reflection, no files), and neither it nor its result can grow without bound.
 */
final class SecretTemplates {
    /** More than this no Secret holds. */
    private static final int MAX_RESULT = 1 << 20;
    /** As in the schema; nested sections are recursion, so this bounds the stack too. */
    private static final int MAX_TEMPLATE = 16_384;

    private static final Mustache.Compiler COMPILER = Mustache.compiler()
            .escapeHTML(false)
            .emptyStringIsFalse(true)
            .withCollector(new MapsOnly())
            .withLoader(name -> {
                throw new IllegalArgumentException("partials ({{>" + name + "}}) are not available here");
            });

    private SecretTemplates() {}

    /** A template that cannot be rendered; the message is for its author. */
    static final class Broken extends Exception {
        private static final long serialVersionUID = 1;

        Broken(String message) {
            super(message);
        }
    }

    static String render(String template, PublishedToken token) throws Broken {
        if (template.length() > MAX_TEMPLATE) {
            throw new Broken("it is longer than " + MAX_TEMPLATE + " characters");
        }
        String result;
        try {
            result = COMPILER.compile(template).execute(context(token));
        } catch (MustacheException | IllegalArgumentException | UnsupportedOperationException e) {
            throw new Broken(explain(e));
        }
        if (result.length() > MAX_RESULT) {
            throw new Broken("the result is larger than 1 MiB");
        }
        return result;
    }

    private static Map<String, Object> context(PublishedToken token) {
        Map<String, Object> context = new HashMap<>();
        context.put("accessToken", token.accessToken());
        context.put("tokenType", token.tokenType());
        context.put("expiresAt", expiresAt(token));
        context.put("scope", scope(token));
        context.put("idToken", Objects.requireNonNullElse(token.idToken(), ""));
        context.put("subject", Objects.requireNonNullElse(token.subject(), ""));
        context.put(
                "json",
                encoding(text -> new String(JsonStringEncoder.getInstance().quoteAsString(text))));
        context.put("url", encoding(SecretTemplates::percentEncoded));
        context.put(
                "base64", encoding(text -> Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))));
        return context;
    }

    /** RFC 3339, in whole seconds: tools that read times are not sure to read fractions. */
    static String expiresAt(PublishedToken token) {
        return token.expiresAt().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** As the provider would write it (RFC 6749, section 3.3). */
    static String scope(PublishedToken token) {
        return String.join(" ", token.scopes());
    }

    /** RFC 3986: unlike a form, a URL's path and query have %20 for a space. */
    private static String percentEncoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    /** Encodings nest, and each may double its content: the bound is checked at every level. */
    private static Mustache.Lambda encoding(UnaryOperator<String> encode) {
        return (fragment, out) -> {
            String text = fragment.execute();
            if (text.length() > MAX_RESULT) {
                throw new IllegalArgumentException("the result is larger than 1 MiB");
            }
            out.write(encode.apply(text));
        };
    }

    private static String explain(RuntimeException e) {
        if (e instanceof MustacheException.Context missing) {
            return "line " + missing.lineNo + ": there is no variable '" + missing.key
                    + "' (there are accessToken, tokenType, expiresAt, scope, idToken, subject, and the sections json, url, base64)";
        }
        return Objects.requireNonNullElse(e.getMessage(), "it is not valid Mustache");
    }

    /** Looks names up in maps alone; the default would call any method of any object that a template names. */
    private static final class MapsOnly extends BasicCollector {
        @Override
        public <K, V> Map<K, V> createFetcherCache() {
            return new ConcurrentHashMap<>();
        }
    }
}

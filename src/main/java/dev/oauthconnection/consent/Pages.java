package dev.oauthconnection.consent;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import dev.oauthconnection.api.Names;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pages of a consent. Each works without script, and whatever comes from outside is escaped by the templates. */
final class Pages {
    private final String style = resource("consent.css");
    private final String prefill = resource("prefill.js");
    private final String relay = resource("relay.js");
    private final Mustache.Compiler compiler =
            Mustache.compiler().escapeHTML(true).withLoader(name -> new StringReader(resource(name + ".mustache")));
    private final Template codePage = template("code");
    private final Template confirmPage = template("confirm");
    private final Template relayPage = template("relay");
    private final Template grantedPage = template("granted");
    private final Template failedPage = template("failed");

    /** Asks for the pairing code; looks the same whether the connection exists or not. */
    Page code(int status, String namespace, String name, @Nullable String problem) {
        Map<String, Object> values = new HashMap<>();
        values.put("title", "Consent to a connection");
        values.put("namespace", namespace);
        values.put("name", name);
        values.put("secret", Names.consentSecret(name));
        if (problem != null) {
            values.put("problem", problem);
        }
        return page(status, codePage, values, prefill, "'self'");
    }

    /** Shows what the consent means and asks for an explicit confirmation. */
    Page confirm(Offer.Open offer, String confirmation) {
        URI endpoint = offer.authorizationEndpoint();
        Map<String, Object> values = new HashMap<>();
        values.put("title", "Allow this connection?");
        values.put("namespace", offer.key().namespace());
        values.put("name", offer.key().name());
        values.put("provider", offer.provider().name());
        values.put("host", endpoint.getHost());
        values.put("clientId", offer.client().id());
        values.put("scopes", offer.scopes());
        values.put("confirmation", confirmation);
        return page(200, confirmPage, values, null, "'self' " + onward(endpoint));
    }

    /**
     * Where the form may lead. Browsers hold each redirect that follows a form to this policy, and a provider may send the person on to a
     * sign-in server that nobody here knows; so for https the scheme is allowed, and not one origin.
     */
    private static String onward(URI endpoint) {
        return "https".equals(endpoint.getScheme()) ? "https:" : Origin.of(endpoint);
    }

    /** Posts an answer that came by another site's form once more, from our own page, since only then the browser sends the cookie. */
    Page relay(Map<String, String> parameters) {
        List<Map<String, String>> fields = parameters.entrySet().stream()
                .map(parameter -> Map.of("name", parameter.getKey(), "value", parameter.getValue()))
                .toList();
        return page(200, relayPage, Map.of("title", "Almost there", "parameters", fields), relay, "'self'");
    }

    Page granted(Completion.Granted granted) {
        Map<String, Object> values = Map.of(
                "title",
                "Connected",
                "namespace",
                granted.namespace(),
                "name",
                granted.connection(),
                "notes",
                granted.notes());
        return page(200, grantedPage, values, null, "'none'");
    }

    Page failed(int status, String title, String message) {
        return page(status, failedPage, Map.of("title", title, "message", message), null, "'none'");
    }

    private Page page(
            int status, Template template, Map<String, ?> values, @Nullable String script, String formAction) {
        Map<String, Object> all = new HashMap<>(values);
        all.put("style", style);
        all.put("script", script == null ? "" : script);
        String policy = "default-src 'none'; style-src " + hash(style)
                + (script == null ? "" : "; script-src " + hash(script))
                + "; form-action " + formAction + "; base-uri 'none'; frame-ancestors 'none'";
        return new Page(status, template.execute(all), policy);
    }

    private Template template(String name) {
        return compiler.compile(resource(name + ".mustache"));
    }

    private static String hash(String inline) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(inline.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Pages.class.getResourceAsStream("/pages/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks pages/" + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read pages/" + name, e);
        }
    }
}

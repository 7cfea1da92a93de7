package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.testing.Authority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A person with a browser that has no script: follows redirects, keeps cookies for each origin, fills in the first form of a page. */
final class FormBrowser {
    private static final Pattern FORM = Pattern.compile("<form[^>]*>.*?</form>", Pattern.DOTALL);
    private static final Pattern INPUT = Pattern.compile("<input[^>]*>", Pattern.DOTALL);
    private static final int REDIRECTS = 10;

    private final HttpClient http;
    private final Map<String, Map<String, String>> cookies = new HashMap<>();
    private URI at = URI.create("about:blank");
    private String text = "";
    private int status;

    FormBrowser() {
        this(builder());
    }

    /** One that believes the certificates of this authority alone. */
    static FormBrowser trusting(Authority authority) {
        return new FormBrowser(builder().sslContext(authority.clientContext()));
    }

    private FormBrowser(HttpClient.Builder builder) {
        this.http = builder.build();
    }

    private static HttpClient.Builder builder() {
        return HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(10));
    }

    /** The page that is shown. */
    String page() {
        return at + " (" + status + ")\n" + text;
    }

    FormBrowser open(String url) {
        return follow(URI.create(url), null);
    }

    /** Fills in the form of the page that is shown, over what it holds already, and sends it. */
    FormBrowser submit(Map<String, String> entries) {
        Matcher form = FORM.matcher(text);
        assertThat(form.find()).as("a form in %s", page()).isTrue();
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher input = INPUT.matcher(form.group());
        while (input.find()) {
            String name = attribute(input.group(), "name");
            if (!name.isEmpty()) {
                fields.put(name, attribute(input.group(), "value"));
            }
        }
        fields.putAll(entries);
        String action = attribute(form.group().substring(0, form.group().indexOf('>')), "action");
        String body = fields.entrySet().stream()
                .map(e -> encode(e.getKey()) + "=" + encode(e.getValue()))
                .collect(Collectors.joining("&"));
        return follow(action.isEmpty() ? at : at.resolve(action), body);
    }

    private FormBrowser follow(URI target, String body) {
        URI next = target;
        String form = body;
        for (int hop = 0; hop < REDIRECTS; hop++) {
            HttpResponse<String> answer = send(next, form);
            answer.headers().allValues("Set-Cookie").forEach(this::keepCookie);
            status = answer.statusCode();
            text = answer.body();
            if (status != 302 && status != 303) {
                return this;
            }
            next = at.resolve(answer.headers().firstValue("Location").orElseThrow());
            form = null;
        }
        throw new AssertionError("too many redirects, now at " + at);
    }

    private HttpResponse<String> send(URI target, String form) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(target).timeout(Duration.ofSeconds(60)).header("Accept", "text/html");
        if (form != null) {
            request.header("Content-Type", "application/x-www-form-urlencoded")
                    .header("Origin", origin(at))
                    .POST(HttpRequest.BodyPublishers.ofString(form));
        }
        String kept = cookies.getOrDefault(origin(target), Map.of()).entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining("; "));
        if (!kept.isEmpty()) {
            request.header("Cookie", kept);
        }
        at = target;
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException("while opening " + target, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void keepCookie(String header) {
        String pair = header.split(";", 2)[0];
        int equals = pair.indexOf('=');
        cookies.computeIfAbsent(origin(at), origin -> new TreeMap<>())
                .put(pair.substring(0, equals), pair.substring(equals + 1));
    }

    private static String origin(URI uri) {
        return uri.getScheme() + "://" + uri.getAuthority();
    }

    private static String attribute(String element, String name) {
        Matcher value = Pattern.compile("\\s" + name + "=\"([^\"]*)\"").matcher(element);
        return value.find()
                ? value.group(1)
                        .replace("&quot;", "\"")
                        .replace("&#39;", "'")
                        .replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&amp;", "&")
                : "";
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}

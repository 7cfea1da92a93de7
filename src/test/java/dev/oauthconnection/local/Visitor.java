package dev.oauthconnection.local;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A person at a browser: keeps cookies, follows redirects, fills in forms. */
final class Visitor {
    private static final Pattern PAGE = Pattern.compile("name=\"page\" value=\"([^\"]+)\"");

    private final HttpClient browser = HttpClient.newBuilder()
            .cookieHandler(new CookieManager())
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    /** The page where the visit ended. */
    record Shown(int status, URI at, String text) {}

    Shown open(String url) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url)).header("Sec-Fetch-Site", "none"));
    }

    /** Sends a form of a page at {@code url}'s own site. */
    Shown submit(String url, Map<String, String> form) throws IOException, InterruptedException {
        URI to = URI.create(url);
        return send(HttpRequest.newBuilder(to)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Origin", to.getScheme() + "://" + to.getAuthority())
                .header("Sec-Fetch-Site", "same-origin")
                .POST(HttpRequest.BodyPublishers.ofString(form.entrySet().stream()
                        .map(field ->
                                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&")))));
    }

    /** Begins at /home and says yes on the playground's page. */
    Shown allowAtPlayground(int port) throws IOException, InterruptedException {
        return allowAtPlayground(port, "http://localhost:" + port + "/home");
    }

    /** Begins at {@code url} and says yes on the playground's page. */
    Shown allowAtPlayground(int port, String url) throws IOException, InterruptedException {
        Shown asked = open(url);
        Matcher page = PAGE.matcher(asked.text());
        if (!page.find()) {
            throw new AssertionError("the playground did not ask: " + asked);
        }
        return submit(
                "http://127.0.0.1:" + (port + 1) + "/authorize", Map.of("page", page.group(1), "decision", "allow"));
    }

    private Shown send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = browser.send(
                request.header("Accept", "text/html")
                        .timeout(LocalProcess.PATIENCE)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return new Shown(answer.statusCode(), answer.uri(), answer.body());
    }
}

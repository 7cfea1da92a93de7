package dev.oauthconnection.cli;

import dev.oauthconnection.local.LocalSettings;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Gives the playground's consent like a browser would: opens /home and follows where it leads. */
final class FirstConsent {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private FirstConsent() {}

    static void give(LocalSettings settings) throws IOException, InterruptedException {
        try (HttpClient browser = HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(PATIENCE)
                .build()) {
            URI home = URI.create("http://localhost:" + settings.port() + "/home");
            browser.send(
                    HttpRequest.newBuilder(home).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.discarding());
        }
    }
}

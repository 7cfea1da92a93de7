package dev.oauthconnection.endtoend;

import dev.oauthconnection.local.playground.Playground;
import dev.oauthconnection.local.playground.PlaygroundClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The playground as a provider that says yes to every consent, with its clients' manifests for one team.
 *
 * @param name of its ClusterOAuthProvider
 */
record PlayedProvider(Playground playground, String name) implements AutoCloseable {
    static PlayedProvider start(Team team, Duration lifetime, int callbackPort) {
        PlaygroundClient app = PlaygroundClient.app(URI.create("http://127.0.0.1:" + callbackPort + "/callback"));
        PlaygroundClient service = PlaygroundClient.service();
        List<PlaygroundClient> clients = List.of(
                new PlaygroundClient(
                        app.id(), app.secret(), app.grantTypes(), app.redirectUris(), app.scopes(), lifetime),
                new PlaygroundClient(
                        service.id(), service.secret(), service.grantTypes(), List.of(), service.scopes(), lifetime));
        try {
            Playground playground = Playground.start(
                    new Playground.Settings(Files.createTempDirectory("playground"), 0, clients, true),
                    InstantSource.system());
            PlayedProvider provider = new PlayedProvider(playground, team.namespace() + "-playground");
            provider.applyTo(team);
            return provider;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Applies the provider, and its clients' Secrets in the team's namespace. */
    void applyTo(Team team) {
        team.apply(manifest());
    }

    private String manifest() {
        return """
                apiVersion: oauthconnection.dev/v1alpha1
                kind: ClusterOAuthProvider
                metadata: {name: %s}
                spec: {issuer: "%s"}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: %s}
                stringData: {client_id: %s, client_secret: %s}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: %s}
                stringData: {client_id: %s, client_secret: %s}
                """.formatted(
                        name,
                        playground.issuer(),
                        PlaygroundClient.APP,
                        PlaygroundClient.APP,
                        PlaygroundClient.SECRET,
                        PlaygroundClient.SERVICE,
                        PlaygroundClient.SERVICE,
                        PlaygroundClient.SECRET);
    }

    /** A connection that a person consents to. */
    String appConnection(String connection, String more) {
        return connection(connection, PlaygroundClient.APP, "grantType: AuthorizationCode" + more);
    }

    /** A connection of client credentials. */
    String serviceConnection(String connection) {
        return connection(connection, PlaygroundClient.SERVICE, "grantType: ClientCredentials");
    }

    private String connection(String connection, String client, String more) {
        return """
                apiVersion: oauthconnection.dev/v1alpha1
                kind: OAuthConnection
                metadata: {name: %s}
                spec: {provider: {name: %s}, client: {secretRef: {name: %s}}, %s}
                """.formatted(connection, name, client, more);
    }

    /** How many requests with this grant type were granted. */
    long granted(String grantType) {
        return playground.served().stream()
                .filter(served ->
                        served.grantType().equals(grantType) && served.outcome().equals("granted"))
                .count();
    }

    /** What the token endpoint says to this refresh token; a success spends it. */
    String refresh(String refreshToken) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(playground.issuer() + "/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=refresh_token&refresh_token=" + refreshToken
                        + "&client_id=" + PlaygroundClient.APP + "&client_secret=" + PlaygroundClient.SECRET))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What went wrong at the token endpoint: the errors it answered with. */
    Set<String> errors() {
        return playground.served().stream()
                .map(served -> served.outcome())
                .filter(outcome -> !outcome.equals("granted"))
                .collect(Collectors.toSet());
    }

    @Override
    public void close() {
        playground.close();
    }
}

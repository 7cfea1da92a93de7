package dev.oauthconnection.local.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.api.OAuthConnectionStatus.Handled;
import dev.oauthconnection.api.OAuthConnectionStatus.Token;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.local.http.Http;
import dev.oauthconnection.local.http.LocalServer;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A token server on a free port beside a Kubernetes API in memory, where the test plays the operator and the provider. */
final class TokenServerRig implements AutoCloseable {
    static final String NAMESPACE = "default";
    static final String NAME = "local";
    static final String CLIENT_SECRET = "a-client-secret";
    static final List<String> SCOPES = List.of("offline_access", "accounting.invoices");

    Instant now = Instant.parse("2026-03-01T12:00:00Z");
    boolean grantPresent;
    ConsentFlow.Begin begin = new ConsentFlow.Begin.Redirect(
            URI.create("https://login.example/authorize?state=s"), "the-binding-of-this-browser");
    ConsentFlow.Completion completion = new ConsentFlow.Completion.Granted("local", List.of());
    Ports.Accounts.Result accounts = new Ports.Accounts.Result.Listed("[{\"tenantId\":\"t-1\"}]");
    List<Ports.Activity.Line> activity = List.of();
    final List<String> tokensShownToAccounts = new ArrayList<>();
    final List<String> begun = new ArrayList<>();
    final List<String> bindings = new ArrayList<>();
    final List<Map<String, List<String>>> responses = new ArrayList<>();

    final KubernetesClient kubernetes;
    final int port = freePort();
    private final KubernetesMockServer api;
    private @Nullable LocalServer server;

    TokenServerRig() {
        api = new KubernetesMockServer(
                new Context(), new MockWebServer(), new HashMap<>(), new KubernetesCrudDispatcher(), false);
        api.init();
        kubernetes = api.createClient();
    }

    TokenServer create(List<String> scopes, String redirectUri) {
        return new TokenServer(
                new TokenServerSettings(
                        NAMESPACE,
                        NAME,
                        "xero",
                        false,
                        scopes,
                        URI.create(redirectUri),
                        "127.0.0.1",
                        port,
                        Duration.ofMillis(500)),
                kubernetes,
                new Ports(new PlayedConsent(), (namespace, name) -> grantPresent, this::list, () -> activity),
                () -> now);
    }

    TokenServerRig start() {
        return start("http://localhost:" + port + "/code");
    }

    TokenServerRig start(String redirectUri) {
        server = create(SCOPES, redirectUri).start();
        return this;
    }

    private Ports.Accounts.Result list(String accessToken) {
        tokensShownToAccounts.add(accessToken);
        return accounts;
    }

    private final class PlayedConsent implements ConsentFlow {
        @Override
        public Begin begin(String namespace, String connection) {
            begun.add(namespace + "/" + connection);
            return begin;
        }

        @Override
        public Completion complete(Map<String, List<String>> parameters, @Nullable String cookieValue) {
            responses.add(parameters);
            bindings.add(String.valueOf(cookieValue));
            return completion;
        }
    }

    Http to(String path) {
        return Http.to("http://localhost:" + port + path);
    }

    String url(String path) {
        return "http://localhost:" + port + path;
    }

    JsonNode json(Http.Answer answer) {
        try {
            return new ObjectMapper().readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: status " + answer.status(), e);
        }
    }

    /** Enters the client's credentials as the form does. */
    Http.Answer store() {
        return to("/").post(Http.form("client_id", "my-app", "client_secret", CLIENT_SECRET, "tenant_id", "t-1"));
    }

    /** Publishes a token as the operator does; the Secret also holds what must never be told, to see that it is not. */
    void publish(String accessToken, Duration lifetime) {
        kubernetes
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(NAME)
                        .addToLabels(Names.MANAGED_BY, Names.MANAGER)
                        .addToLabels(Names.ROLE, Names.TOKEN)
                        .endMetadata()
                        .addToData("access_token", base64(accessToken))
                        .addToData("token_type", base64("Bearer"))
                        .addToData("expires_at", base64(now.plus(lifetime).toString()))
                        .addToData("scope", base64(String.join(" ", SCOPES)))
                        .addToData("refresh_token", base64("a-refresh-token"))
                        .build())
                .createOr(io.fabric8.kubernetes.client.dsl.NonDeletingOperation::update);
    }

    /** A connection that is connected: client stored, grant there, token published. */
    TokenServerRig connected() {
        store();
        grantPresent = true;
        publish("access-1", Duration.ofMinutes(30));
        status(Reason.TokenCurrent, "True", null, null);
        return this;
    }

    void status(Reason reason, String ready, @Nullable String refresh, @Nullable String revoke) {
        kubernetes
                .resources(OAuthConnection.class)
                .inNamespace(NAMESPACE)
                .withName(NAME)
                .edit(connection -> {
                    connection.setStatus(new OAuthConnectionStatus(
                            1L,
                            List.of(new ConditionBuilder()
                                    .withType("Ready")
                                    .withStatus(ready)
                                    .withReason(reason.name())
                                    .withMessage(reason.meaning())
                                    .build()),
                            null,
                            new Token(now.plusSeconds(1800).toString(), now.toString(), null, SCOPES, null),
                            new Handled(refresh, revoke),
                            null));
                    return connection;
                });
    }

    OAuthConnection connection() {
        OAuthConnection connection = find();
        if (connection == null) {
            throw new AssertionError("there is no connection");
        }
        return connection;
    }

    @Nullable
    OAuthConnection find() {
        return kubernetes
                .resources(OAuthConnection.class)
                .inNamespace(NAMESPACE)
                .withName(NAME)
                .get();
    }

    static String base64(String text) {
        return java.util.Base64.getEncoder().encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
        kubernetes.close();
        api.destroy();
    }
}

package dev.oauthconnection.laboratory;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.cli.Main;
import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.Ports;
import io.fabric8.kubernetes.api.model.Condition;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The operator itself: two replicas, as deploy/ installs them. */
final class OperatorSubject implements Subject {
    /** What only a new consent ends; the last one where the grant Secret is gone. */
    private static final Set<String> GONE =
            EnumSet.of(Reason.GrantLost, Reason.GrantRefused, Reason.ExistingGrantInvalid).stream()
                    .map(Enum::name)
                    .collect(Collectors.toSet());

    private final ApiServer api;
    private final String namespace;
    private final RotatingServer.Mode mode;
    private final URI tokenEndpoint;
    private final Duration lease;
    private final boolean keeper;

    /** @param keeper whether each pod has one */
    OperatorSubject(ApiServer api, RotatingServer.Mode mode, URI tokenEndpoint, Duration lease, boolean keeper) {
        this.api = api;
        this.namespace = api.namespace();
        this.mode = mode;
        this.tokenEndpoint = tokenEndpoint;
        this.lease = lease;
        this.keeper = keeper;
    }

    @Override
    public int replicas() {
        return 2;
    }

    @Override
    public List<String> arguments(Pod pod) {
        int port = Ports.free();
        return List.of(
                Main.class.getName(),
                "operator",
                "--insecure-loopback-providers",
                "--wait-for-api-server",
                "--watch-namespaces=" + namespace,
                "--lease-duration=" + lease.toSeconds() + "s",
                "--port=" + port,
                "--management-port=" + Ports.free(),
                "--public-url=http://127.0.0.1:" + port,
                "--pod-uid=" + pod.uid(),
                "--journal=" + pod.journal());
    }

    @Override
    public List<String> sidecar(Pod pod) {
        return keeper ? List.of(Main.class.getName(), "keeper", "--journal=" + pod.journal()) : List.of();
    }

    @Override
    public void prepare() {
        apply("""
                apiVersion: oauthconnection.dev/v1alpha1
                kind: ClusterOAuthProvider
                metadata: {name: %1$s}
                spec:
                  authorization: {endpoint: "%2$s"}
                  token: {endpoint: "%3$s"}
                  refreshTokens: {%4$s}
                """.formatted(namespace, tokenEndpoint.resolve("/authorize"), tokenEndpoint, mode.facts)
                + client("laboratory-client-secret"));
    }

    @Override
    public void connect(String connection, String refreshToken) {
        apply(existingGrant(connection, refreshToken) + connection(connection));
    }

    private String client(String secret) {
        return """
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: client, namespace: %s}
                stringData: {client_id: laboratory, client_secret: %s}
                """.formatted(namespace, secret);
    }

    private String connection(String name) {
        return """
                ---
                apiVersion: oauthconnection.dev/v1alpha1
                kind: OAuthConnection
                metadata: {name: %1$s, namespace: %2$s}
                spec:
                  provider: {name: %2$s}
                  client: {secretRef: {name: client}}
                  existingGrant: {secretRef: {name: %1$s-existing}}
                """.formatted(name, namespace);
    }

    private String existingGrant(String connection, String refreshToken) {
        return """
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: %s-existing, namespace: %s}
                stringData: {refresh_token: "%s"}
                """.formatted(connection, namespace, refreshToken);
    }

    private void apply(String manifests) {
        api.client()
                .load(new ByteArrayInputStream(manifests.getBytes(StandardCharsets.UTF_8)))
                .items()
                .forEach(item -> api.client().resource(item).createOr(existing -> existing.update()));
    }

    @Override
    public void consent(String connection, String refreshToken) {
        apply(existingGrant(connection, refreshToken));
    }

    @Override
    public Map<String, String> lost() {
        Map<String, String> lost = new LinkedHashMap<>();
        api.client()
                .resources(OAuthConnection.class)
                .inNamespace(namespace)
                .list()
                .getItems()
                .forEach(connection -> stalled(connection)
                        .filter(condition -> GONE.contains(condition.getReason()))
                        .ifPresent(condition -> lost.put(
                                connection.getMetadata().getName(),
                                condition.getReason() + ": " + condition.getMessage())));
        return lost;
    }

    private static Optional<Condition> stalled(OAuthConnection connection) {
        return Optional.ofNullable(connection.getStatus())
                .map(status -> Objects.requireNonNullElse(status.conditions(), List.<Condition>of()))
                .orElse(List.of())
                .stream()
                .filter(condition -> condition.getType().equals("Stalled")
                        && condition.getStatus().equals("True"))
                .findFirst();
    }

    @Override
    public void deleteAndApply(String connection) {
        var there = api.client()
                .resources(OAuthConnection.class)
                .inNamespace(namespace)
                .withName(connection);
        there.delete();
        apply(connection(connection));
    }

    @Override
    public void rotateClient() {
        apply(client("another-" + System.nanoTime()));
    }
}

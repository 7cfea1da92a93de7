package dev.oauthconnection.laboratory;

import dev.oauthconnection.testing.ApiServer;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The loops that the operator is compared with: one process that refreshes and then writes, or two of which one leads. */
final class LoopSubject implements Subject {
    private final ApiServer api;
    private final String namespace;
    private final URI tokenEndpoint;
    private final Duration lease;

    /** @param lease zero for one process without a lease */
    LoopSubject(ApiServer api, URI tokenEndpoint, Duration lease) {
        this.api = api;
        this.namespace = api.namespace();
        this.tokenEndpoint = tokenEndpoint;
        this.lease = lease;
    }

    @Override
    public int replicas() {
        return lease.isZero() ? 1 : 2;
    }

    @Override
    public List<String> arguments(Pod pod) {
        return List.of(
                RefreshLoop.class.getName(),
                namespace,
                tokenEndpoint.toString(),
                pod.uid(),
                Long.toString(lease.toSeconds()));
    }

    /** It needs nothing. */
    @Override
    public void prepare() {}

    @Override
    public void connect(String connection, String refreshToken) {
        consent(connection, refreshToken);
    }

    @Override
    public void consent(String connection, String refreshToken) {
        Secret secret = new SecretBuilder()
                .withNewMetadata()
                .withName(connection)
                .withNamespace(namespace)
                .addToLabels(RefreshLoop.LABEL, "loop")
                .endMetadata()
                .addToStringData("refresh_token", refreshToken)
                .build();
        api.client().resource(secret).createOr(existing -> existing.update());
    }

    @Override
    public Map<String, String> lost() {
        return api.client().secrets().inNamespace(namespace).withLabel(RefreshLoop.LABEL).list().getItems().stream()
                .filter(secret -> secret.getData().containsKey("lost"))
                .collect(Collectors.toMap(
                        secret -> secret.getMetadata().getName(),
                        secret -> new String(
                                Base64.getDecoder().decode(secret.getData().get("lost")), StandardCharsets.UTF_8)));
    }

    /** It has no such thing: its Secret is its connection. */
    @Override
    public void deleteAndApply(String connection) {
        throw new UnsupportedOperationException();
    }

    /** It has no client secret. */
    @Override
    public void rotateClient() {
        throw new UnsupportedOperationException();
    }
}

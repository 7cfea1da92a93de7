package dev.oauthconnection.cli;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.testing.ApiServer;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connection as its operator left it, made by hand: what the command line shows depends on what is stored alone. */
final class Connected {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final OAuthConnection connection;
    private final Instant now;

    private Connected(String name, Instant now) {
        this.now = now;
        connection = Serialization.unmarshal("""
                apiVersion: oauthconnection.dev/v1alpha1
                kind: OAuthConnection
                metadata: {name: %s, namespace: finance, uid: uid-of-%s, creationTimestamp: "2026-01-01T00:00:00Z"}
                spec: {provider: {name: xero}, client: {secretRef: {name: xero-app}}}
                """.formatted(name, name), OAuthConnection.class);
    }

    /** In namespace finance, at {@link #NOW}; nobody has said anything about it. */
    static Connected named(String name) {
        return new Connected(name, NOW);
    }

    /** At this moment, to be created in a real cluster. */
    static Connected today(String name) {
        return new Connected(name, java.time.Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS));
    }

    Connected spec(String field, Object value) {
        Map<String, Object> spec = Serialization.unmarshal(Serialization.asJson(connection.getSpec()), Map.class);
        spec.put(field, value);
        connection.setSpec(
                Serialization.unmarshal(Serialization.asJson(spec), dev.oauthconnection.api.OAuthConnectionSpec.class));
        return this;
    }

    Connected created(Duration ago) {
        connection.getMetadata().setCreationTimestamp(now.minus(ago).toString());
        return this;
    }

    /** A token that was got that long ago and is refreshed and lapses in that long. */
    Connected token(Duration refreshed, @Nullable Duration next, Duration expires) {
        return status(
                "token",
                Map.of(
                        "refreshedAt", now.minus(refreshed).toString(),
                        "expiresAt", now.plus(expires).toString(),
                        "subject", "jo@example.com"),
                next == null ? Map.of() : Map.of("nextRefreshAt", now.plus(next).toString()));
    }

    Connected ready() {
        return token(Duration.ofMinutes(10), Duration.ofMinutes(10), Duration.ofMinutes(20))
                .conditions("True", Reason.TokenCurrent, "the token is valid until then", "False", null, "");
    }

    /** @param stalled the reason of Stalled; null where it is False */
    Connected conditions(
            String ready, Reason reason, String message, String reconciling, @Nullable Reason stalled, String why) {
        return status(
                "conditions",
                java.util.List.of(
                        condition("Ready", ready, reason.name(), message),
                        condition("Reconciling", reconciling, reason.name(), ""),
                        condition(
                                "Stalled",
                                stalled == null ? "False" : "True",
                                stalled == null ? "AsExpected" : stalled.name(),
                                why)),
                Map.of());
    }

    Connected stalled(String ready, Reason reason, String message) {
        return conditions(ready, reason, message, "False", reason, message);
    }

    private Map<String, Object> condition(String type, String status, String reason, String message) {
        return Map.of(
                "type", type,
                "status", status,
                "reason", reason,
                "message", message,
                "lastTransitionTime", now.minusSeconds(600).toString());
    }

    @SuppressWarnings("unchecked")
    private Connected status(String key, Object value, Map<String, Object> more) {
        Map<String, Object> status = connection.getStatus() == null
                ? new java.util.HashMap<>()
                : Serialization.unmarshal(Serialization.asJson(connection.getStatus()), Map.class);
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> merged = new java.util.HashMap<>((Map<String, Object>) map);
            merged.putAll(more);
            status.put(key, merged);
        } else {
            status.put(key, value);
        }
        connection.setStatus(Serialization.unmarshal(Serialization.asJson(status), OAuthConnectionStatus.class));
        return this;
    }

    /** The field of the status with that value. */
    Connected with(String key, Object value) {
        return status(key, value, Map.of());
    }

    OAuthConnection build() {
        return connection;
    }

    ConnectionHealth health(@Nullable Duration idleLifetime) {
        return ConnectionHealth.of(connection, idleLifetime, now);
    }

    /** The token Secret that belongs to it. */
    Secret secret(Map<String, String> values) {
        SecretBuilder secret = new SecretBuilder()
                .withNewMetadata()
                .withName(connection.getMetadata().getName())
                .withNamespace(connection.getMetadata().getNamespace())
                .addToLabels(Names.ROLE, Names.TOKEN)
                .addNewOwnerReference()
                .withApiVersion("oauthconnection.dev/v1alpha1")
                .withKind("OAuthConnection")
                .withName(connection.getMetadata().getName())
                .withUid(connection.getMetadata().getUid())
                .endOwnerReference()
                .endMetadata();
        values.forEach((key, value) -> secret.addToData(
                key,
                java.util.Base64.getEncoder().encodeToString(value.getBytes(java.nio.charset.StandardCharsets.UTF_8))));
        return secret.build();
    }

    /** Stores it, status included, in the namespace of the current test. */
    Connected createIn(ApiServer api) {
        connection.getMetadata().setNamespace(api.namespace());
        connection.getMetadata().setUid(null);
        connection.getMetadata().setCreationTimestamp(null);
        OAuthConnectionStatus status = connection.getStatus();
        OAuthConnection stored = api.client().resource(connection).create();
        connection.getMetadata().setUid(stored.getMetadata().getUid());
        if (status != null) {
            stored.setStatus(status);
            api.client().resource(stored).updateStatus();
        }
        return this;
    }
}

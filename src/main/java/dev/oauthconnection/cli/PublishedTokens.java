package dev.oauthconnection.cli;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionStatus;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the token that is published, as a workload would, with the user's own rights. */
final class PublishedTokens {
    /** What a token Secret says of its token, unless a template has other keys. */
    private static final String EXPIRES_AT = "expires_at";

    /**
     * A token that is good.
     *
     * @param warning what the user should know beside it, without the token; null for nothing
     */
    record Current(String value, @Nullable String warning) {
        /** Without the token, since this may end up anywhere. */
        @Override
        public String toString() {
            return "Current[" + warning + "]";
        }
    }

    private PublishedTokens() {}

    static int print(
            ClusterOptions cluster,
            @Nullable String namespace,
            String name,
            String key,
            Console console,
            InstantSource clock) {
        return ClusterSession.within(cluster, namespace, session -> {
            OAuthConnection connection = session.connection(name);
            Secret secret = session.client()
                    .secrets()
                    .inNamespace(session.namespace())
                    .withName(secretName(connection))
                    .get();
            Current token = read(connection, secret, key, clock.instant());
            if (token.warning() != null) {
                console.say("warning: " + token.warning());
            }
            console.print(token.value() + "\n");
            return ExitStatus.Done.code();
        });
    }

    private static String secretName(OAuthConnection connection) {
        return Optional.ofNullable(connection.getSpec().secret())
                .map(secret -> secret.name())
                .orElse(connection.getMetadata().getName());
    }

    /**
     * The token in a Secret. Pure.
     *
     * @param secret of the token Secret's name; null for none
     * @throws Complaint where there is none that is good; it never holds a value of the Secret
     */
    static Current read(OAuthConnection connection, @Nullable Secret secret, String key, Instant now) {
        String whose = connection.getMetadata().getNamespace() + "/"
                + connection.getMetadata().getName();
        if (secret == null || !belongs(secret, connection)) {
            throw ExitStatus.NoToken.complaint(whose + " has no access token yet" + why(connection));
        }
        Map<String, String> data = Objects.requireNonNullElse(secret.getData(), Map.of());
        String value = decoded(data.get(key));
        if (value == null || value.isEmpty()) {
            throw ExitStatus.Correct.complaint(
                    "the Secret " + secret.getMetadata().getName() + " has no key " + key + ": name one of "
                            + String.join(", ", new TreeSet<>(data.keySet())) + " by --key");
        }
        Instant expiresAt = expiresAt(connection, decoded(data.get(EXPIRES_AT)));
        if (expiresAt != null && !expiresAt.isAfter(now)) {
            throw ExitStatus.NoToken.complaint(
                    "the access token of " + whose + " lapsed " + Spans.until(expiresAt, now) + why(connection));
        }
        String lasts = expiresAt == null ? "" : "; the token is valid for " + Spans.until(expiresAt, now);
        return new Current(
                value,
                ConnectionHealth.isTrue(connection.getStatus(), "Stalled")
                        ? whose + " needs a person" + why(connection) + lasts
                        : null);
    }

    /** A Secret of that name may be anybody's: only the connection's own is printed. */
    private static boolean belongs(Secret secret, OAuthConnection connection) {
        Map<String, String> labels =
                Objects.requireNonNullElse(secret.getMetadata().getLabels(), Map.of());
        return Names.TOKEN.equals(labels.get(Names.ROLE))
                && secret.getMetadata().getOwnerReferences().stream()
                        .map(OwnerReference::getUid)
                        .anyMatch(connection.getMetadata().getUid()::equals);
    }

    /** When the token in the Secret lapses: what stands beside it, or else what the status says. */
    private static @Nullable Instant expiresAt(OAuthConnection connection, @Nullable String beside) {
        OAuthConnectionStatus status = connection.getStatus();
        String said =
                status == null || status.token() == null ? null : status.token().expiresAt();
        Instant read = instant(beside);
        return read == null ? instant(said) : read;
    }

    private static @Nullable Instant instant(@Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static @Nullable String decoded(@Nullable String encoded) {
        return encoded == null ? null : new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    }

    /** What the operator says, and what to do. */
    private static String why(OAuthConnection connection) {
        OAuthConnectionStatus status = connection.getStatus();
        return ConnectionHealth.condition(status, ConnectionHealth.isTrue(status, "Stalled") ? "Stalled" : "Ready")
                .map(c -> " (" + c.getReason() + "): " + Table.printable(ConnectionHealth.action(c.getReason())))
                .filter(text -> !text.endsWith(": "))
                .orElse(": no operator has seen to it; run 'oauthconnection doctor'");
    }
}

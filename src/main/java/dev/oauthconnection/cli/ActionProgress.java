package dev.oauthconnection.cli;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.api.OAuthConnectionStatus.Handled;
import dev.oauthconnection.api.OAuthConnectionStatus.Token;
import dev.oauthconnection.api.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What came of a refresh or a revocation that was asked for by an annotation. Pure. */
sealed interface ActionProgress {
    /** It was carried out; the text is what the operator says. */
    record Carried(String message) implements ActionProgress {}

    /** It was tried, and only a person can help. */
    record Stalled(String reason, String message) implements ActionProgress {}

    /**
     * Why there is no point in asking for a refresh; empty where there is.
     *
     * @param connection before it is asked for
     */
    static Optional<String> againstRefresh(OAuthConnection connection) {
        if (Boolean.TRUE.equals(connection.getSpec().suspend())) {
            return Optional.of("spec.suspend is true: set it to false first");
        }
        return switch (why(connection)) {
            case "AwaitingConsent" ->
                Optional.of("nobody has given consent yet: run 'oauthconnection connect "
                        + connection.getMetadata().getName() + "'");
            case "Revoked", "GrantExported" ->
                Optional.of(
                        "its grant has ended (" + why(connection) + "): " + ConnectionHealth.action(why(connection)));
            default -> Optional.empty();
        };
    }

    /** The same for a revocation. */
    static Optional<String> againstRevocation(OAuthConnection connection) {
        if (Boolean.TRUE.equals(connection.getSpec().suspend())) {
            return Optional.of("spec.suspend is true, and nothing is sent to the provider: set it to false first");
        }
        return switch (why(connection)) {
            case "AwaitingConsent" -> Optional.of("nobody has given consent yet, so there is nothing to revoke");
            case "GrantExported" ->
                Optional.of(
                        "its grant was exported, and a revocation would end it where it is used now: revoke it there");
            default -> Optional.empty();
        };
    }

    /** Whether the grant was revoked before. */
    static boolean isRevoked(OAuthConnection connection) {
        return why(connection).equals(Reason.Revoked.name());
    }

    /**
     * How the refresh stands.
     *
     * @param value of the annotation that asked for it
     * @param before the token of before; null for none
     */
    static Optional<ActionProgress> ofRefresh(OAuthConnection connection, String value, @Nullable Token before) {
        OAuthConnectionStatus status = connection.getStatus();
        Handled handled = status == null ? null : status.handled();
        if (status == null || handled == null || !value.equals(handled.refreshRequested())) {
            return Optional.empty();
        }
        if (ConnectionHealth.isTrue(status, "Stalled")) {
            return stalled(status);
        }
        Token token = status.token();
        if (token == null || !ConnectionHealth.isTrue(status, "Ready")) {
            return Optional.empty();
        }
        // Two refreshes may fall into one second, by which alone they differ; then one that failed has no next time.
        boolean another = before == null || !Objects.equals(before.refreshedAt(), token.refreshedAt());
        return another || token.nextRefreshAt() != null
                ? Optional.of(new Carried("the token is valid until " + token.expiresAt()))
                : Optional.empty();
    }

    /** How the revocation stands. */
    static Optional<ActionProgress> ofRevocation(OAuthConnection connection, String value) {
        OAuthConnectionStatus status = connection.getStatus();
        Handled handled = status == null ? null : status.handled();
        if (status == null || handled == null || !value.equals(handled.revokeRequested()) || !isRevoked(connection)) {
            return Optional.empty();
        }
        return ConnectionHealth.condition(status, "Stalled").map(c -> new Carried(c.getMessage()));
    }

    private static Optional<ActionProgress> stalled(OAuthConnectionStatus status) {
        return ConnectionHealth.condition(status, "Stalled").map(c -> new Stalled(c.getReason(), c.getMessage()));
    }

    /** The reason of what is wrong, or else of Ready; empty where nobody said anything. */
    private static String why(OAuthConnection connection) {
        OAuthConnectionStatus status = connection.getStatus();
        return ConnectionHealth.condition(status, ConnectionHealth.isTrue(status, "Stalled") ? "Stalled" : "Ready")
                .map(Condition::getReason)
                .orElse("");
    }
}

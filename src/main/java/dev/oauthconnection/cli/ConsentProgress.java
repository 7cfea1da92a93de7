package dev.oauthconnection.cli;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.api.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.Objects;

/** How far the way to the first token is. Pure. */
sealed interface ConsentProgress {
    /** The operator is at it, or has not begun. */
    record Waiting(String what) implements ConsentProgress {}

    /** A person is asked for consent there. */
    record Asked(String url) implements ConsentProgress {}

    /** The token is there, and can be refreshed. */
    record Connected() implements ConsentProgress {}

    /** No consent helps: something has to be corrected. */
    record Stuck(String why) implements ConsentProgress {}

    static ConsentProgress of(OAuthConnection connection) {
        OAuthConnectionStatus status = connection.getStatus();
        if (Boolean.TRUE.equals(connection.getSpec().suspend())) {
            return new Stuck("Suspended: " + Reason.Suspended.action());
        }
        Condition ready = ConnectionHealth.condition(status, "Ready").orElse(null);
        if (status == null
                || ready == null
                || !Objects.equals(
                        status.observedGeneration(), connection.getMetadata().getGeneration())) {
            return new Waiting("waiting for the operator to see it");
        }
        if (status.consent() != null && status.consent().url() != null) {
            return new Asked(status.consent().url());
        }
        Condition stalled = ConnectionHealth.condition(status, "Stalled").orElse(ready);
        if ("True".equals(stalled.getStatus()) && stalled != ready) {
            return new Stuck(stalled.getReason() + ": " + stalled.getMessage() + ". "
                    + ConnectionHealth.action(stalled.getReason()));
        }
        return "True".equals(ready.getStatus())
                ? new Connected()
                : new Waiting(ready.getReason() + ": " + ready.getMessage());
    }
}

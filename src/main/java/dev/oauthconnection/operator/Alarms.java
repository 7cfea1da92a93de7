package dev.oauthconnection.operator;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.delivery.TokenSecrets;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.lifecycle.Decision.Verdict;
import dev.oauthconnection.lifecycle.Retry;
import dev.oauthconnection.lifecycle.Trouble;
import dev.oauthconnection.observe.Events;
import dev.oauthconnection.observe.Meters;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a person should notice: an event when a connection begins or ceases to need somebody, and a count when a grant was lost. Told by
 * what the status said before, so that a restart repeats nothing; and never for a routine refresh.
 */
final class Alarms {
    /** So often in a row a refresh fails before it is told: one blip is nobody's business. */
    private static final int FAILURES_TOLD = 3;

    private static final String WORKS_AGAIN = "it works again: the token is refreshed";

    private final Events events;
    private final Meters meters;

    Alarms(Events events, Meters meters) {
        this.events = events;
        this.meters = meters;
    }

    /** To be called once the status that says so is written; the connection has the one from before. */
    void told(
            OAuthConnection connection,
            OAuthConnectionStatus status,
            Verdict verdict,
            @Nullable Grant grant,
            Instant now) {
        OAuthConnectionStatus before = connection.getStatus();
        Trouble stalled = verdict.stalled();
        if (stalled != null) {
            stalled(connection, grant, stalled);
        } else if (status.consent() != null && (before == null || before.consent() == null)) {
            events.note(connection, Reason.AwaitingConsent, verdict.message());
        }
        if (status.token() != null && (before == null || before.token() == null)) {
            events.note(
                    connection,
                    Reason.TokenCurrent,
                    "a token is published in the Secret " + TokenSecrets.name(connection) + ", valid until "
                            + status.token().expiresAt());
        }
        // Who was asked for help has been told already, and why.
        boolean lapsed = stalled == null && isLapsed(status, now);
        if (lapsed && says(before, "Ready", "True") && says(status, "Ready", "False")) {
            events.warn(connection, verdict.reason(), "the published token has lapsed: " + verdict.message());
        }
        boolean wasLapsed = before != null && before.token() != null && says(before, "Ready", "False");
        if (says(status, "Ready", "True") && stalled == null && (wasLapsed || says(before, "Stalled", "True"))) {
            events.note(connection, Reason.TokenCurrent, WORKS_AGAIN);
        }
    }

    /** A refresh ended, and this is how its failures in a row stood before and stand now. What needs a person is told with the status. */
    void refreshed(OAuthConnection connection, Retry before, Retry after) {
        Trouble trouble = after.trouble();
        if (trouble != null && !trouble.needsPerson() && after.failures() == FAILURES_TOLD) {
            events.warn(
                    connection,
                    trouble.reason(),
                    "the refresh has failed " + FAILURES_TOLD + " times in a row: " + trouble.message());
        }
        boolean failing = before.trouble() != null && !before.trouble().needsPerson();
        if (after.equals(Retry.NONE) && failing && before.failures() >= FAILURES_TOLD) {
            events.note(connection, Reason.TokenCurrent, WORKS_AGAIN);
        }
    }

    private void stalled(OAuthConnection connection, @Nullable Grant grant, Trouble stalled) {
        if (saidBefore(connection.getStatus(), stalled.reason())) {
            return;
        }
        events.warn(connection, stalled.reason(), stalled.message());
        if (grant != null && stalled.reason() == Reason.GrantLost) {
            grant.lostThrough().ifPresent(meters::lost);
        }
    }

    private static boolean isLapsed(OAuthConnectionStatus status, Instant now) {
        Instant expiresAt = Statuses.expiresAt(status);
        return expiresAt != null && !expiresAt.isAfter(now);
    }

    private static boolean saidBefore(@Nullable OAuthConnectionStatus before, Reason reason) {
        return conditions(before)
                .anyMatch(c -> c.getType().equals("Stalled") && reason.name().equals(c.getReason()));
    }

    private static boolean says(@Nullable OAuthConnectionStatus status, String type, String value) {
        return conditions(status).anyMatch(c -> c.getType().equals(type) && value.equals(c.getStatus()));
    }

    private static Stream<Condition> conditions(@Nullable OAuthConnectionStatus status) {
        return status == null || status.conditions() == null ? Stream.empty() : status.conditions().stream();
    }
}

package dev.oauthconnection.operator;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.lifecycle.Trouble;
import dev.oauthconnection.observe.Events;
import dev.oauthconnection.observe.Meters;
import io.fabric8.kubernetes.api.model.Condition;
import org.jspecify.annotations.Nullable;

/**
 * What a person should notice: an event when a connection gets stuck, or stuck for another reason, and a count when a grant was lost. Told
 * by what the status said before, so that a restart repeats nothing.
 */
final class Alarms {
    private final Events events;
    private final Meters meters;

    Alarms(Events events, Meters meters) {
        this.events = events;
        this.meters = meters;
    }

    /** To be called once the status that says so is written. */
    void stalled(OAuthConnection connection, @Nullable Grant grant, @Nullable Trouble stalled) {
        if (stalled == null || saidBefore(connection.getStatus(), stalled.reason())) {
            return;
        }
        events.warn(connection, stalled.reason(), stalled.message());
        if (grant != null && stalled.reason() == Reason.GrantLost) {
            grant.lostThrough().ifPresent(meters::lost);
        }
    }

    private static boolean saidBefore(@Nullable OAuthConnectionStatus before, Reason reason) {
        return before != null
                && before.conditions() != null
                && before.conditions().stream().anyMatch(condition -> isStalledFor(reason, condition));
    }

    private static boolean isStalledFor(Reason reason, Condition condition) {
        return condition.getType().equals("Stalled") && reason.name().equals(condition.getReason());
    }
}

package dev.oauthconnection.grant;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A revocation that was asked for: stored before it is sent, repeated until the provider confirms or a day has passed.
 *
 * @param request the value of the annotation that asked; null when the deletion of the connection did
 * @param doneAt when it was confirmed or given up; null while it is pending
 */
public record PendingRevocation(
        @Nullable String request, Instant since, @Nullable Instant doneAt) {
    PendingRevocation done(Instant at) {
        return new PendingRevocation(request, since, at);
    }
}

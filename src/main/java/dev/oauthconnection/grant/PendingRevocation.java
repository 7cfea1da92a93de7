package dev.oauthconnection.grant;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A revocation that was asked for: stored before it is sent, repeated until the provider confirms or a day has passed.
 *
 * @param request the value of the annotation that asked; null when the deletion of the connection did
 * @param doneAt when it was confirmed or given up; null while it is pending
 * @param unconfirmed why the provider did not confirm it, for a user; null when it did, or may still
 */
public record PendingRevocation(
        @Nullable String request,
        Instant since,
        @Nullable Instant doneAt,
        @Nullable String unconfirmed) {
    public PendingRevocation(@Nullable String request, Instant since, @Nullable Instant doneAt) {
        this(request, since, doneAt, null);
    }

    PendingRevocation done(Instant at, @Nullable String why) {
        return new PendingRevocation(request, since, at, why);
    }
}

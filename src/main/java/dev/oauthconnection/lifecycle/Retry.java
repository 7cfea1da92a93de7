package dev.oauthconnection.lifecycle;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a process remembers of a connection's failures in a row. It may be lost at any time: then one more try is made.
 *
 * @param failures in a row
 * @param notBefore when the next try may be made; null for at once
 * @param trouble what to tell the user meanwhile; null when there is nothing to tell
 * @param inputs the fingerprint of client, provider and spec at the failure: once it changes, waiting makes no sense
 */
public record Retry(
        int failures, @Nullable Instant notBefore, @Nullable Trouble trouble, String inputs) {
    public static final Retry NONE = new Retry(0, null, null, "");

    boolean holdsBack(Instant now) {
        return notBefore != null && now.isBefore(notBefore);
    }
}

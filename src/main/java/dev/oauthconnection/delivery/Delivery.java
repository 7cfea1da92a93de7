package dev.oauthconnection.delivery;

import dev.oauthconnection.api.Reason;

/** How a delivery ended. Messages are for the user and hold no token. */
public sealed interface Delivery {
    /** The token Secret was as it should be; nothing was written. */
    record Unchanged() implements Delivery {}

    /** The token Secret was written. {@code created}: there was none of that name, or it had to be replaced. */
    record Written(boolean created) implements Delivery {}

    /** Nothing was written, and nothing will be until somebody changes something. */
    record Refused(Reason reason, String message) implements Delivery {}

    /** The API server did not take it. {@code transientFailure}: the same may work a moment later, without anybody's doing. */
    record Failed(Reason reason, String message, boolean transientFailure) implements Delivery {}
}

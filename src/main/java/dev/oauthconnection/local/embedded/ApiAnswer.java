package dev.oauthconnection.local.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/** The answer to a request: one object, or a stream of events. */
sealed interface ApiAnswer {
    record Reply(int code, ObjectNode body) implements ApiAnswer {}

    /**
     * The watch is the receiver's to close.
     *
     * @param atMost after this time the stream ends and the client begins another
     */
    record Stream(Watch watch, View view, boolean bookmarks, Duration atMost) implements ApiAnswer {}
}

package dev.oauthconnection.provider;

import dev.oauthconnection.api.Reason;
import dev.oauthconnection.oauth.Client;

/** What came of looking for the client of a connection. */
public sealed interface ClientResolution {
    record Resolved(Client client) implements ClientResolution {}

    /** It cannot be read right now; the message says why. */
    record Unreadable(String message) implements ClientResolution {}

    /** There is none that can be used; the message says what to do. */
    record Problem(Reason reason, String message) implements ClientResolution {}
}

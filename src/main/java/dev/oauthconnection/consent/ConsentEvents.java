package dev.oauthconnection.consent;

import dev.oauthconnection.api.OAuthConnection;

/** The port through which a connection's Kubernetes events are written. */
public interface ConsentEvents {
    /** Writes a Warning, at best effort. The message holds no secret. */
    void warn(OAuthConnection connection, String reason, String message);
}

package dev.oauthconnection.provider;

import dev.oauthconnection.api.OAuthConnection;

/** The port through which a connection's client is found: its own Secret, its inline id, or the platform's client. */
public interface Clients {
    ClientResolution resolve(OAuthConnection connection, Provider provider);
}

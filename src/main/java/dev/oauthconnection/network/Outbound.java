package dev.oauthconnection.network;

import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/** The port through which requests to providers find their way: the names, addresses, proxy and certificates of each. */
@FunctionalInterface
public interface Outbound {
    /**
     * A client for requests to this URL; timeouts and the like are the caller's to set.
     *
     * @param trust whose certificates are believed there
     * @throws IOException when no request may go there; nothing was sent, and the message is for a user where it is an {@link AddressDenied}
     */
    OkHttpClient toward(HttpUrl url, Trust trust) throws IOException;
}

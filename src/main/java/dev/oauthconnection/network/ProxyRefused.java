package dev.oauthconnection.network;

import java.io.IOException;

/** A proxy did not connect us to the host; nothing was sent to the host. */
public final class ProxyRefused extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;

    ProxyRefused(int status) {
        super("the proxy answered CONNECT with " + status);
        this.status = status;
    }

    /** The status that the proxy answered CONNECT with. */
    public int status() {
        return status;
    }
}

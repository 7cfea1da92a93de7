package dev.oauthconnection.oauth;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The port through which a token request leaves the process. */
public interface TokenEndpoint {
    /**
     * Sends the request at most once; never throws for what the network or the provider does.
     *
     * @param mayStillSend asked last of all, when the connection is up and right before the request is written; if it says no, nothing
     *     is sent and the outcome is {@link TokenOutcome.Unavailable}
     */
    TokenOutcome send(TokenRequest request, BooleanSupplier mayStillSend);

    /**
     * The same within a shorter time, where the endpoint can bound a single call.
     *
     * @param callTimeout for the whole exchange; the endpoint's own bound still holds
     */
    default TokenOutcome send(TokenRequest request, Duration callTimeout, BooleanSupplier mayStillSend) {
        return send(request, mayStillSend);
    }
}

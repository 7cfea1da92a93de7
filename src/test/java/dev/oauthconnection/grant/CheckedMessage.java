package dev.oauthconnection.grant;

import dev.oauthconnection.oauth.TokenOutcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way to the provider, then its answer on the way back to whoever waits for it. A value.
 *
 * @param nonce of the attempt that it belongs to
 * @param clientSecret which of the client's secrets it was sent with
 * @param answer null while the provider has not had it
 */
record CheckedMessage(
        String nonce,
        String token,
        Instant sentAt,
        int clientSecret,
        @Nullable TokenOutcome answer) {
    CheckedMessage answered(TokenOutcome outcome) {
        return new CheckedMessage(nonce, token, sentAt, clientSecret, outcome);
    }
}

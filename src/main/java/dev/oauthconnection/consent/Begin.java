package dev.oauthconnection.consent;

import dev.oauthconnection.api.Reason;
import java.net.URI;

/** What came of starting a consent. */
public sealed interface Begin {
    /**
     * The attempt is stored; the browser goes to the provider.
     *
     * @param authorizationRequest where to send the browser (RFC 6749, section 4.1.1)
     * @param cookieValue what binds the attempt to this browser; a secret between the two, 43 characters of base64url
     */
    record Redirect(URI authorizationRequest, String cookieValue) implements Begin {
        @Override
        public String toString() {
            return "Redirect[to " + authorizationRequest.getHost() + "]";
        }
    }

    /** Nothing was stored; the message says what to do. */
    record Refused(Reason reason, String message) implements Begin {}
}

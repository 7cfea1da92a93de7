package dev.oauthconnection.oauth;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a token request ended, by what is known. Texts are short, in the words of a user, and hold no secret and no control characters. */
public sealed interface TokenOutcome {
    /** A whole answer with a token. */
    record Granted(TokenAnswer answer) implements TokenOutcome {}

    /**
     * A 4xx with a well-formed OAuth error (RFC 6749, section 5.2), or a 2xx whose body is one.
     *
     * @param error the code, such as invalid_grant
     */
    record Rejected(int status, String error, @Nullable String description) implements TokenOutcome {
        /** Whether the refresh token (or code) itself was refused. */
        public boolean isInvalidGrant() {
            return error.equals("invalid_grant");
        }
    }

    /**
     * The request was certainly not processed: no byte of it was written, or the answer's status says so.
     *
     * @param retryAfter what the provider asked for; null when it did not
     */
    record Unavailable(String why, @Nullable Duration retryAfter) implements TokenOutcome {}

    /** The request cannot even be written, now or later: what it is made of is wrong. Says nothing of the provider. */
    record Unsendable(String why) implements TokenOutcome {}

    /** Nobody knows whether the request was processed: a cut, late, huge or unreadable answer, every other 5xx. */
    record Ambiguous(String why) implements TokenOutcome {}
}

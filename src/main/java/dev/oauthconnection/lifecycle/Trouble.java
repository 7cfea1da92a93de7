package dev.oauthconnection.lifecycle;

import dev.oauthconnection.api.Reason;

/**
 * What stands between a connection and its next token.
 *
 * @param message for the connection's author: what happened and what to do
 * @param needsPerson whether only a person can help
 */
public record Trouble(Reason reason, String message, boolean needsPerson) {
    /** Whether a consent would end it. */
    boolean asksConsent() {
        return switch (reason) {
            case AwaitingConsent, ConsentRequired, GrantRefused, GrantLost, GrantRolledBack, RedemptionHeld, Revoked ->
                true;
            default -> false;
        };
    }

    /** A trouble that only a person can end. */
    public static Trouble forPerson(Reason reason, String message) {
        return new Trouble(reason, message, true);
    }

    static Trouble passing(Reason reason, String message) {
        return new Trouble(reason, message, false);
    }
}

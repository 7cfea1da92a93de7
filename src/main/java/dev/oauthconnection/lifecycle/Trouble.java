package dev.oauthconnection.lifecycle;

import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.LossWindow;

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
            case AwaitingConsent,
                    ConsentRequired,
                    GrantRefused,
                    GrantLost,
                    GrantRolledBack,
                    GrantExported,
                    RedemptionHeld,
                    Revoked -> true;
            default -> false;
        };
    }

    /** A trouble that only a person can end. */
    public static Trouble forPerson(Reason reason, String message) {
        return new Trouble(reason, message, true);
    }

    /** The end of the last redemption is not known, and the policy is to hold. */
    static Trouble held(LossWindow window, long epoch) {
        return forPerson(
                Reason.RedemptionHeld,
                window.named()
                        + ", and the policy is Hold: an admin may set the annotation oauthconnection.dev/release: \""
                        + epoch
                        + "\" on the grant Secret to send the same refresh token again; or give consent again. Either way, "
                        + window.search());
    }

    static Trouble passing(Reason reason, String message) {
        return new Trouble(reason, message, false);
    }
}

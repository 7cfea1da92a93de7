package dev.oauthconnection.local.server;

import dev.oauthconnection.api.OAuthConnectionSpec;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether the scopes asked for now are those that the grant was given for: a grant is never stretched or narrowed in silence. */
public sealed interface ScopeCheck {
    /** They are, or there is no grant yet. */
    record Fits() implements ScopeCheck {}

    /** They are not; nothing was changed, and the message says what to do. */
    record Differs(String message) implements ScopeCheck {}

    /**
     * Compares; the order of scopes means nothing (RFC 6749, section 3.3).
     *
     * @param stored the connection as it is; null when there is none
     * @param grantPresent whether it has a grant
     * @param revoke where the grant can be revoked
     */
    static ScopeCheck of(
            List<String> wanted, @Nullable OAuthConnectionSpec stored, boolean grantPresent, String revoke) {
        if (stored == null || !grantPresent) {
            return new Fits();
        }
        List<String> granted = stored.scopes() == null ? List.of() : stored.scopes();
        if (Set.copyOf(granted).equals(Set.copyOf(wanted))) {
            return new Fits();
        }
        return new Differs(
                "The consent that is stored was given for the scopes '" + String.join(" ", granted)
                        + "', and now '" + String.join(" ", wanted) + "' are asked for. That needs a new consent. "
                        + "Start with the earlier scopes, revoke at " + revoke
                        + " (or delete the folder), start with the new scopes and consent again. The grant was left as it was.");
    }
}

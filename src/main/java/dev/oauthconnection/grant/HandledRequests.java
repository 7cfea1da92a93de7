package dev.oauthconnection.grant;

import org.jspecify.annotations.Nullable;

/**
 * The values of the action annotations that were carried out. Stored with the grant, so that neither a lost status nor a restart
 * repeats an action.
 */
public record HandledRequests(
        @Nullable String refresh, @Nullable String revoke) {
    public static final HandledRequests NONE = new HandledRequests(null, null);

    HandledRequests withRefresh(@Nullable String value) {
        return value == null ? this : new HandledRequests(value, revoke);
    }

    HandledRequests withRevoke(@Nullable String value) {
        return value == null ? this : new HandledRequests(refresh, value);
    }
}

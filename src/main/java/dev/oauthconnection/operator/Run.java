package dev.oauthconnection.operator;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One reconciliation of one connection: what it has in hand, which the watches may not have seen yet. */
final class Run {
    private final OAuthConnection connection;
    private final GrantKey key;
    private @Nullable Grant grant;
    private String delivered = "";

    Run(OAuthConnection connection, GrantKey key) {
        this.connection = connection;
        this.key = key;
    }

    OAuthConnection connection() {
        return connection;
    }

    GrantKey key() {
        return key;
    }

    /** The grant that was just committed, with its tokens. */
    Optional<Grant> grantInHand() {
        return Optional.ofNullable(grant);
    }

    void take(Grant committed) {
        this.grant = committed;
    }

    /** The mark of the token Secret that was just delivered; empty for none. */
    String delivered() {
        return delivered;
    }

    void delivered(String mark) {
        this.delivered = mark;
    }
}

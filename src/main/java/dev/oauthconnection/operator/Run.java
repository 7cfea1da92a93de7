package dev.oauthconnection.operator;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.delivery.Mark;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.provider.ClientResolution;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One reconciliation of one connection: what it has in hand, which the watches may not have seen yet. */
final class Run {
    private final OAuthConnection connection;
    private final GrantKey key;
    private @Nullable Grant grant;
    private @Nullable ClientResolution client;
    private @Nullable Mark delivered;

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

    /** The client, read once: its Secret is not kept for the next run. */
    ClientResolution client(Supplier<ClientResolution> read) {
        ClientResolution known = client;
        if (known == null) {
            known = read.get();
            client = known;
        }
        return known;
    }

    /** The grant that was just committed, with its tokens. */
    Optional<Grant> grantInHand() {
        return Optional.ofNullable(grant);
    }

    void take(Grant committed) {
        this.grant = committed;
    }

    /** The mark of the token Secret that was just delivered. */
    Optional<Mark> delivered() {
        return Optional.ofNullable(delivered);
    }

    void delivered(Mark mark) {
        this.delivered = mark;
    }
}

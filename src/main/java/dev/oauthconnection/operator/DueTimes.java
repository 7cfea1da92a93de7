package dev.oauthconnection.operator;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Since when a refresh is due that is not published yet, by the connection's UID: from it follows how late each token comes. */
final class DueTimes {
    private record Due(String grantId, Instant at) {}

    private final Map<String, Due> due = new ConcurrentHashMap<>();

    /** A refresh is due since then. Further tries, and what comes of a request meanwhile, leave the first time as it is. */
    void begun(String uid, String grantId, Instant at) {
        due.compute(
                uid, (key, known) -> known != null && known.grantId().equals(grantId) ? known : new Due(grantId, at));
    }

    /**
     * A token was published.
     *
     * @param requestedAt when it was asked for: an older one that is written again settles nothing
     * @return how late it came; empty where none was due, or a new consent took the place of that grant
     */
    Optional<Duration> published(String uid, String grantId, Instant requestedAt, Instant now) {
        Due settled = due.get(uid);
        if (settled == null || requestedAt.isBefore(settled.at())) {
            return Optional.empty();
        }
        due.remove(uid, settled);
        return settled.grantId().equals(grantId) ? Optional.of(Duration.between(settled.at(), now)) : Optional.empty();
    }

    void forget(String uid) {
        due.remove(uid);
    }
}

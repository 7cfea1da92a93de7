package dev.oauthconnection.operator;

import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.GrantStore;
import dev.oauthconnection.grant.GrantStore.Put;
import dev.oauthconnection.lifecycle.Backoff;
import dev.oauthconnection.lifecycle.Retry;
import dev.oauthconnection.lifecycle.Trouble;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What this process remembers of failures, by the connection's UID. Losing it costs one more try each. */
final class RetryMemory {
    private final Map<String, Retry> redemptions = new ConcurrentHashMap<>();
    private final Map<String, Retry> deliveries = new ConcurrentHashMap<>();

    private final Map<String, String> grants = new ConcurrentHashMap<>();

    Retry redemption(String uid) {
        return redemptions.getOrDefault(uid, Retry.NONE);
    }

    Retry delivery(String uid) {
        return deliveries.getOrDefault(uid, Retry.NONE);
    }

    void redemption(String uid, Retry retry) {
        keep(redemptions, uid, retry);
    }

    void delivery(String uid, Retry retry) {
        keep(deliveries, uid, retry);
    }

    /**
     * Remembers how a write of the grant Secret ended: one that failed is tried again with growing pauses, and somebody else's write is
     * looked at a moment later.
     *
     * @return whether it is written
     */
    boolean written(String uid, Put put, String inputs, Instant now) {
        int failures = redemption(uid).failures() + 1;
        Instant again = now.plus(Backoff.after(failures, null, uid));
        Retry retry =
                switch (put) {
                    case Put.Done done -> Retry.NONE;
                    case Put.Conflict conflict -> new Retry(failures, again, null, inputs);
                    case Put.Missing missing -> new Retry(failures, again, unwritten("there is none any more"), inputs);
                    case Put.Refused(String why) -> new Retry(failures, again, unwritten(why), inputs);
                    case Put.Unknown(String why) -> new Retry(failures, again, unwritten(why), inputs);
                };
        redemption(uid, retry);
        return put instanceof Put.Done;
    }

    private static Trouble unwritten(String why) {
        return new Trouble(
                Reason.DeliveryFailed, "the grant Secret cannot be written (" + why + "); it is tried again", false);
    }

    /** What failed with one grant says nothing of the next one. */
    void sees(String uid, String grantId) {
        if (!grantId.equals(grants.put(uid, grantId))) {
            redemptions.remove(uid);
        }
    }

    /** The grant was edited into something that cannot be read; it is looked at again later. */
    void unreadable(String uid, GrantStore.Unreadable why, Instant now) {
        int failures = redemption(uid).failures() + 1;
        Trouble trouble = Trouble.forPerson(Reason.GrantUnreadable, String.valueOf(why.getMessage()));
        redemption(uid, new Retry(failures, now.plus(Backoff.after(failures, null, uid)), trouble, ""));
    }

    /** A refused grant is tried again once client, provider or spec differ from these; an earlier process may have seen the refusal. */
    void restsWith(String uid, String inputs) {
        redemptions.putIfAbsent(uid, new Retry(0, null, null, inputs));
    }

    void forget(String uid) {
        redemptions.remove(uid);
        deliveries.remove(uid);
        grants.remove(uid);
    }

    private static void keep(Map<String, Retry> memory, String uid, Retry retry) {
        if (retry.equals(Retry.NONE)) {
            memory.remove(uid);
        } else {
            memory.put(uid, retry);
        }
    }
}

package dev.oauthconnection.operator;

import dev.oauthconnection.lifecycle.Retry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What this process remembers of failures, by the connection's UID. Losing it costs one more try each. */
final class RetryMemory {
    private final Map<String, Retry> redemptions = new ConcurrentHashMap<>();
    private final Map<String, Retry> deliveries = new ConcurrentHashMap<>();

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

    void forget(String uid) {
        redemptions.remove(uid);
        deliveries.remove(uid);
    }

    private static void keep(Map<String, Retry> memory, String uid, Retry retry) {
        if (retry.equals(Retry.NONE)) {
            memory.remove(uid);
        } else {
            memory.put(uid, retry);
        }
    }
}

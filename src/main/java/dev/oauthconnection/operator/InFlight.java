package dev.oauthconnection.operator;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * This process as a holder of intents, and the attempts it is at work on.
 *
 * @param podUid of the pod
 * @param holder how this process signs its intents: {@code <pod uid>/<process>}
 */
record InFlight(String podUid, String holder, Set<String> nonces) {
    static InFlight of(String podUid) {
        return new InFlight(podUid, podUid + "/" + UUID.randomUUID(), ConcurrentHashMap.newKeySet());
    }

    /** Whether an intent's holder is a process of this pod that cannot be at work on it: an earlier one, or this one and it is done. */
    boolean isOver(String intentHolder, String nonce) {
        return intentHolder.startsWith(podUid + "/") && !nonces.contains(nonce);
    }
}

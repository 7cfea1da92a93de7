package dev.oauthconnection.operator;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** This process as a holder of intents: how it signs them, which attempts it is at work on, and whether it may begin another. */
final class InFlight {
    private final String podUid;
    private final String holder;
    private final Set<String> nonces = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** @param podUid of the pod this process runs in */
    InFlight(String podUid) {
        this.podUid = podUid;
        this.holder = podUid + "/" + UUID.randomUUID();
    }

    /** How this process signs its intents: {@code <pod uid>/<process>}. */
    String holder() {
        return holder;
    }

    /** The attempts that are at work. */
    Set<String> nonces() {
        return nonces;
    }

    /** From now on nothing new is begun: the process is to stop, or the lease is lost. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether an intent's holder is a process of this pod that cannot be at work on it: an earlier one, or this one and it is done. */
    boolean isOver(String intentHolder, String nonce) {
        return intentHolder.startsWith(podUid + "/") && !nonces.contains(nonce);
    }
}

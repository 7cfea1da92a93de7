package dev.oauthconnection.operator;

import dev.oauthconnection.consent.Exchanges;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** This process as a holder of intents: how it signs them, which attempts it is at work on, and whether it may begin another. */
final class InFlight implements Exchanges {
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

    /** Begins an attempt. False when nothing may be begun any more, or this process is at work on it. */
    @Override
    public boolean begin(String nonce) {
        if (!nonces.add(nonce)) {
            return false;
        }
        // Looked at after the entry: who closes this later finds it there, and waits.
        if (closed) {
            nonces.remove(nonce);
            return false;
        }
        return true;
    }

    /** Takes up an answer that is in the journal; also when closed, since storing it begins nothing. False when somebody is at work on it. */
    boolean takeUp(String nonce) {
        return nonces.add(nonce);
    }

    @Override
    public void end(String nonce) {
        nonces.remove(nonce);
    }

    /** Whether no attempt is at work. */
    boolean isIdle() {
        return nonces.isEmpty();
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

package dev.oauthconnection.operator;

import dev.oauthconnection.consent.Exchanges;
import dev.oauthconnection.grant.HolderEnd;
import dev.oauthconnection.grant.Intent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** This process as a holder of intents: how it signs them, which attempts it is at work on, and whether it may begin another. */
final class InFlight implements Exchanges {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private final String holder;
    private final Set<String> nonces = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** @param podUid of the pod this process runs in */
    InFlight(String podUid) {
        this.holder = podUid + "/" + boot() + "/" + UUID.randomUUID();
    }

    /** Which start of its machine this process lives in; empty where the system does not tell. A journal in memory lives as long. */
    private static String boot() {
        try {
            return Files.readString(BOOT).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** How this process signs its intents: {@code <pod uid>/<boot>/<process>}. */
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

    /** Whether this process is at work on that attempt, or its keeper for it. */
    boolean isAtWork(String nonce) {
        return nonces.contains(nonce);
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

    /**
     * What this process knows of the end of an intent's holder.
     *
     * @param kept whether the answer is in the journal: it is committed before anything else
     * @param podOver whether the holder's pod is seen to be over
     */
    HolderEnd endOf(Intent intent, boolean kept, boolean podOver) {
        return HolderEnd.of(intent.holder(), holder, kept || nonces.contains(intent.nonce()), podOver);
    }
}

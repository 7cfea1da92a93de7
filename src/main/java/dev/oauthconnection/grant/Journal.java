package dev.oauthconnection.grant;

import java.util.List;

/**
 * The port to where answers are kept from the moment they arrive until they are committed: outlives the process, and dies with the pod
 * (or, in local mode, with the folder).
 */
public interface Journal {
    /** Keeps an entry. Returns when it would survive the death of the process; throws when it cannot. */
    void keep(JournalEntry entry);

    /** Forgets an entry that is committed, or revoked. */
    void forget(String nonce);

    /** What is kept, in no order. */
    List<JournalEntry> entries();
}

package dev.oauthconnection.grant;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Outlives a simulated process. */
final class SimulatedJournal implements Journal {
    private final Map<String, JournalEntry> entries = new LinkedHashMap<>();

    @Override
    public void keep(JournalEntry entry) {
        entries.put(entry.nonce(), entry);
    }

    @Override
    public void forget(String nonce) {
        entries.remove(nonce);
    }

    @Override
    public List<JournalEntry> entries() {
        return List.copyOf(entries.values());
    }

    void loseAll() {
        entries.clear();
    }
}

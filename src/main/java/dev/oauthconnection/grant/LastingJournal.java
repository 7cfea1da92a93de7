package dev.oauthconnection.grant;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A journal that has every answer as long as the process lives: what its volume does not take (a full disk, one that fails) stays in
 * memory until it is committed, and whoever reads the journal finds it there. {@link #keep} throws all the same, since the death of the
 * process would lose that answer.
 */
public final class LastingJournal implements Journal {
    private final Journal volume;
    private final Map<String, JournalEntry> inMemory = new ConcurrentHashMap<>();

    public LastingJournal(Journal volume) {
        this.volume = volume;
    }

    @Override
    public void keep(JournalEntry entry) {
        // In memory first: whoever looks in between must not find it missing.
        inMemory.put(entry.nonce(), entry);
        volume.keep(entry);
        inMemory.remove(entry.nonce());
    }

    @Override
    public void forget(String nonce) {
        inMemory.remove(nonce);
        volume.forget(nonce);
    }

    /** What the volume has, and what only the memory has. Throws when the volume cannot be read: nobody may take that for an empty one. */
    @Override
    public List<JournalEntry> entries() {
        List<JournalEntry> entries = new ArrayList<>(unwritten());
        volume.entries().stream()
                .filter(kept -> entries.stream().noneMatch(e -> e.nonce().equals(kept.nonce())))
                .forEach(entries::add);
        return entries;
    }

    /** What only the memory has. */
    public List<JournalEntry> unwritten() {
        return List.copyOf(inMemory.values());
    }
}

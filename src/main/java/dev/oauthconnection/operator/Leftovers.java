package dev.oauthconnection.operator;

import dev.oauthconnection.grant.JournalEntry;
import dev.oauthconnection.grant.LastingJournal;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers in the journal that nobody is at work on: of a process before this one, or of this one, when the API server did not take
 * them. One at a time goes on with each, so that none is committed, or told about, twice.
 */
record Leftovers(LastingJournal journal, InFlight inFlight) {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    /** Goes on with those that are wanted. */
    void takeUp(Predicate<JournalEntry> wanted, Consumer<JournalEntry> commit) {
        for (JournalEntry entry : entries()) {
            if (wanted.test(entry) && inFlight.takeUp(entry.nonce())) {
                try {
                    // As it is now: whoever was at work on it until a moment ago has committed it, or dropped it for
                    // good.
                    find(entry.nonce()).ifPresent(commit);
                } finally {
                    inFlight.end(entry.nonce());
                }
            }
        }
    }

    /** How many answers wait to be stored; those that are only to be revoked are not counted. Throws when the journal cannot be read. */
    int waiting() {
        return (int) journal.entries().stream()
                .filter(entry -> entry.unwanted() == null)
                .count();
    }

    private Optional<JournalEntry> find(String nonce) {
        return entries().stream().filter(e -> e.nonce().equals(nonce)).findFirst();
    }

    /** A volume that cannot be read must not stand in the way of what only the memory has. */
    private List<JournalEntry> entries() {
        try {
            return journal.entries();
        } catch (UncheckedIOException e) {
            LOG.error("the journal cannot be read: check its volume", e);
            return journal.unwritten();
        }
    }
}

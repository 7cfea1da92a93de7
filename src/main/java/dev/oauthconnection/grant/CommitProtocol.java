package dev.oauthconnection.grant;

import dev.oauthconnection.grant.GrantStore.Put;
import dev.oauthconnection.grant.GrantStore.Stored;
import dev.oauthconnection.grant.Step.Outcome;
import java.util.Optional;

/**
 * Step 5 of {@link RedemptionProtocol}: brings an answer from the journal into the grant Secret, whoever wrote there meanwhile. It
 * needs no lease and no terms, so the next process goes on with it after a crash. Pure.
 */
public final class CommitProtocol {
    private CommitProtocol() {}

    /** After the journal has the answer of a redemption. */
    public static Step afterKeep(Step.Keep step) {
        return commit(step.entry(), step.base());
    }

    /** After a commit or a creation. */
    public static Step afterPut(JournalEntry entry, Put result) {
        return switch (result) {
            case Put.Done(Stored stored) -> new Step.Done(new Outcome.Committed(stored.grant()));
            case Put.Conflict conflict -> new Step.Reread(entry);
            case Put.Unknown unknown -> new Step.Reread(entry);
            case Put.Missing missing -> new Step.Reread(entry);
            case Put.Refused(String why) -> new Step.Done(new Outcome.Kept(entry, why));
        };
    }

    /** After a reading that follows a conflict, a lost answer, or a restart with an entry in the journal. */
    public static Step afterReread(Step.Reread step, Optional<Stored> read) {
        JournalEntry entry = step.entry();
        if (entry.unwanted() != null) {
            return new Step.Done(new Outcome.Late(entry));
        }
        if (read.isEmpty()) {
            return new Step.Create(entry, entry.isConsent() ? entry.base() : GrantChanges.commit(entry.base(), entry));
        }
        Stored stored = read.get();
        if (stored.grant().hasCommitted(entry.nonce())) {
            return new Step.Done(new Outcome.Committed(stored.grant()));
        }
        String replaces = entry.replaces();
        if (replaces != null) {
            return replace(entry, replaces, stored);
        }
        boolean late =
                !stored.grant().id().equals(entry.base().id()) || stored.grant().isRevoked();
        return late ? new Step.Done(new Outcome.Late(entry)) : commit(entry, stored);
    }

    private static Step commit(JournalEntry entry, Stored on) {
        return new Step.Commit(entry, GrantChanges.commit(on.grant(), entry), on.version());
    }

    /** A consent replaces the grant it set out to replace. Another one there now means that another consent was first. */
    private static Step replace(JournalEntry entry, String replaces, Stored stored) {
        if (stored.grant().id().equals(entry.base().id())) {
            // It landed long ago, and its nonce has left the list since: to call it superseded would have it revoked.
            return new Step.Done(new Outcome.Committed(stored.grant()));
        }
        if (!stored.grant().id().equals(replaces)) {
            return new Step.Done(new Outcome.Superseded(entry));
        }
        Grant next = GrantChanges.replace(stored.grant(), entry.base());
        return new Step.Commit(entry, next, stored.version());
    }
}

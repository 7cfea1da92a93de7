package dev.oauthconnection.grant;

import dev.oauthconnection.grant.GrantStore.Stored;
import java.util.Optional;

/**
 * What is to become of an answer that was found to be unwanted, by what is stored when it is about to be ended at the provider. The store
 * may hold another grant than it did then: a backup may have been put back. A grant that is in use is never ended. Pure.
 */
public final class LateAnswers {
    private LateAnswers() {}

    public enum Verdict {
        /** Nothing that is stored came of its consent: its refresh token may be ended. */
        End,
        /** What is in use has this answer already. It is forgotten. */
        Stored,
        /** The grant of its consent is in use again, and has not this answer: it is to be committed like any other. */
        Wanted
    }

    /** Judges an unwanted answer that has a refresh token. */
    public static Verdict judge(JournalEntry entry, Optional<Stored> read) {
        Grant grant = read.map(Stored::grant).orElse(null);
        if (grant == null) {
            return Verdict.End;
        }
        // A provider that does not rotate may have given the same refresh token to the grant that took this one's
        // place.
        if (grant.holds(String.valueOf(entry.answer().refreshToken()))) {
            return Verdict.Stored;
        }
        // By its consent and not by its refresh token alone: where tokens rotate, to end one may end all that came of
        // the consent.
        if (!grant.id().equals(entry.base().id()) || grant.isRevoked()) {
            return Verdict.End;
        }
        return entry.isConsent() || grant.hasCommitted(entry.nonce()) ? Verdict.Stored : Verdict.Wanted;
    }
}

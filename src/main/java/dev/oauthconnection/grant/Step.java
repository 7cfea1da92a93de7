package dev.oauthconnection.grant;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a redemption does next. Each is one effect; {@link RedemptionProtocol} says which one follows from its result. */
public sealed interface Step {
    /** Step 1: read the grant by quorum. */
    record Read() implements Step {}

    /** Step 2: put the armed grant. */
    record Arm(GrantStore.Stored read, Grant armed) implements Step {}

    /** Step 2, when the answer to the arming was lost: read back whether it landed. */
    record ConfirmArming(Grant armed) implements Step {}

    /**
     * Step 3: send one request.
     *
     * @param base the grant as it is stored now; armed unless nothing can be spent
     * @param candidate what is redeemed; null for client credentials
     */
    record Send(GrantStore.Stored base, @Nullable Candidate candidate) implements Step {}

    /** Step 5: keep the answer in the journal, before anything else. */
    record Keep(GrantStore.Stored base, JournalEntry entry) implements Step {}

    /** Step 5: commit by compare-and-set. */
    record Commit(JournalEntry entry, Grant next, String version) implements Step {}

    /** Step 5, when there is no grant Secret (any more): create it. */
    record Create(JournalEntry entry, Grant next) implements Step {}

    /** Step 5, after a conflict or a lost answer: read what stands now. */
    record Reread(JournalEntry entry) implements Step {}

    /** Steps 4 and 7: record how the attempt ended, if nobody wrote meanwhile. */
    record RecordEnd(Grant next, String version, Outcome outcome) implements Step {}

    /** It is over. */
    record Done(Outcome outcome) implements Step {}

    /** How a redemption ended. */
    sealed interface Outcome {
        /** The answer is stored. */
        record Committed(Grant grant) implements Outcome {}

        /** The answer is in the journal, and the store refuses it: to be tried again. */
        record Kept(JournalEntry entry, String why) implements Outcome {}

        /** The answer belongs to a grant that a newer consent replaced, or that was revoked; it is never adopted. It is in the journal still. */
        record Late(JournalEntry entry) implements Outcome {}

        /** Another consent was first. The answer is in the journal still. */
        record Superseded(JournalEntry entry) implements Outcome {}

        /** Nothing was sent; look again. Somebody else wrote, or the world is not as it was observed. */
        record Stale(String why) implements Outcome {}

        /** Nothing may be sent before then. */
        record Waiting(Instant until, String why) implements Outcome {}

        /** Nothing is sent until an admin releases it. */
        record Held(LossWindow window, long epoch) implements Outcome {}

        /** The grant is behind the token Secret that was made from it. */
        record RolledBack(long epoch, long markedEpoch) implements Outcome {}

        /** The grant belongs to another provider or client. */
        record BoundElsewhere(Binding binding) implements Outcome {}

        /** No refresh token is left that may be sent now. */
        record Exhausted(@Nullable Grant grant) implements Outcome {}

        /** The provider refused the refresh token; another one may be left. */
        record TokenRefused(String description) implements Outcome {}

        /** The provider refused client or request. */
        record RequestRefused(String error, String description) implements Outcome {}

        /** The provider was not reached, or did not process the request. */
        record Unavailable(String why, java.time.@Nullable Duration retryAfter) implements Outcome {}

        /** The request cannot be written before somebody corrects what it is made of; nothing was sent. */
        record Unsendable(String why) implements Outcome {}

        /** It was sent, and how it ended is not known. */
        record Ambiguous(String why) implements Outcome {}

        /** The store cannot be written; nothing was sent. */
        record CannotWrite(String why) implements Outcome {}
    }
}

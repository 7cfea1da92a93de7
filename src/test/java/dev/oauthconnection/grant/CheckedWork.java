package dev.oauthconnection.grant;

import dev.oauthconnection.grant.GrantStore.Stored;
import dev.oauthconnection.grant.Step.Outcome;
import dev.oauthconnection.oauth.TokenAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a process is at work on: a redemption, or the commit of an answer from the journal. A value: it holds the product's own {@link Step},
 * less all that has no bearing on what comes of it, so that situations that cannot be told apart are equal.
 *
 * @param terms null for a commit
 * @param startedAt when the send window began; of no account once the request is written
 * @param passed whether the last check before the sending is passed
 * @param sent whether the request was written, and its answer is waited for
 * @param keepsRead whether all that was read counts also when it is outdated
 */
record CheckedWork(
        String nonce,
        RedemptionProtocol.@Nullable Terms terms,
        Step step,
        Instant startedAt,
        boolean passed,
        boolean sent,
        boolean keepsRead) {
    /** The version of what is in the store, and the one of whatever was there before. */
    static final String CURRENT = "current";

    static final String OUTDATED = "outdated";

    static CheckedWork commit(JournalEntry entry) {
        return new CheckedWork(entry.nonce(), null, new Step.Reread(entry), Instant.EPOCH, false, false, true);
    }

    static CheckedWork redemption(RedemptionProtocol.Terms terms, Step first, Instant now, boolean keepsRead) {
        // What was observed counts for the first step alone.
        RedemptionProtocol.Terms rest = new RedemptionProtocol.Terms(
                terms.attempt(),
                terms.rules(),
                terms.binding(),
                new Takeover.Sight(Duration.ZERO, HolderEnd.NotKnown),
                0,
                0,
                false);
        return new CheckedWork(terms.attempt().nonce(), rest, slim(first, keepsRead), now, false, false, keepsRead);
    }

    RedemptionProtocol protocol() {
        if (terms == null) {
            throw new IllegalStateException("a commit has no terms");
        }
        return new RedemptionProtocol(terms);
    }

    boolean isInSendWindow(Instant now) {
        return !now.isAfter(startedAt.plus(Sample.WINDOWS.send()));
    }

    CheckedWork at(Step next) {
        boolean sending = next instanceof Step.Send;
        return new CheckedWork(
                nonce, terms, slim(next, keepsRead), startedAt, passed && sending, sent && sending, keepsRead);
    }

    CheckedWork afterLastCheck(boolean nowSent) {
        return new CheckedWork(nonce, terms, step, nowSent ? Instant.EPOCH : startedAt, true, nowSent, keepsRead);
    }

    /** Whether its request may be on its way, or still be written although its time is over. */
    boolean isPastLastCheck() {
        return passed && step instanceof Step.Send;
    }

    /** The answer that it has and that may not be stored yet. */
    Optional<TokenAnswer> answerInHand() {
        return entryInHand().map(JournalEntry::answer);
    }

    Optional<JournalEntry> entryInHand() {
        return switch (step) {
            case Step.Keep keep -> Optional.of(keep.entry());
            case Step.Commit commit -> Optional.of(commit.entry());
            case Step.Create create -> Optional.of(create.entry());
            case Step.Reread reread -> Optional.of(reread.entry());
            case Step.Read read -> Optional.empty();
            case Step.Arm arm -> Optional.empty();
            case Step.ConfirmArming confirm -> Optional.empty();
            case Step.Send send -> Optional.empty();
            case Step.RecordEnd end -> Optional.empty();
            case Step.Done done -> Optional.empty();
        };
    }

    /** The same after somebody wrote to the store: what it read there will never be put any more. */
    CheckedWork outdated() {
        Step then =
                switch (step) {
                    case Step.Arm(Stored read, Grant armed) ->
                        new Step.Arm(outdated(slim(read.grant())), keepsRead ? armed : slim(armed));
                    case Step.Send(Stored base, Candidate candidate) ->
                        new Step.Send(outdated(keepsRead ? base.grant() : armed(base.grant())), candidate);
                    case Step.Keep(Stored base, JournalEntry entry) ->
                        new Step.Keep(outdated(slim(base.grant())), entry);
                    case Step.Commit(JournalEntry entry, Grant next, String version) ->
                        new Step.Commit(entry, slim(next), OUTDATED);
                    case Step.RecordEnd(Grant next, String version, Outcome outcome) ->
                        new Step.RecordEnd(slim(next), OUTDATED, outcome);
                    case Step.Create create -> create;
                    case Step.Reread reread -> reread;
                    case Step.Read read -> read;
                    case Step.ConfirmArming confirm -> confirm;
                    case Step.Done done -> done;
                };
        return new CheckedWork(nonce, terms, then, startedAt, passed, sent, keepsRead);
    }

    private static Stored outdated(Grant grant) {
        return new Stored(grant, OUTDATED, 0, "");
    }

    private static Step slim(Step step, boolean keepsRead) {
        return switch (step) {
            case Step.ConfirmArming(Grant armed) -> new Step.ConfirmArming(slim(armed));
            case Step.Keep(Stored base, JournalEntry entry) -> new Step.Keep(base, keepsRead ? entry : slim(entry));
            case Step.Done(Outcome.Committed(Grant grant)) -> new Step.Done(new Outcome.Committed(slim(grant)));
            default -> step;
        };
    }

    /** The base of a redemption tells which consent and which candidate it belongs to; the rest counts only if the grant Secret is gone. */
    private static JournalEntry slim(JournalEntry entry) {
        List<Candidate> redeemed = entry.base().candidate(entry.candidateEpoch()).stream()
                .map(c -> Candidate.fresh(c.epoch(), c.nonce(), c.token()))
                .toList();
        return new JournalEntry(
                entry.nonce(),
                entry.isConsent() ? entry.base() : slim(entry.base()).with((Intent) null, redeemed),
                entry.epoch(),
                entry.candidateEpoch(),
                entry.answer(),
                entry.requestedAt(),
                entry.grace(),
                entry.refreshRequest(),
                entry.replaces(),
                entry.unwanted());
    }

    /** The consent that a grant came of, and nothing more. */
    private static Grant slim(Grant grant) {
        return grant.with(0, grant.binding()).with((Intent) null, List.of()).with((Answer) null, List.of());
    }

    /** What the answer to a sending is judged by: the intent, and the refresh token that was sent. */
    private static Grant armed(Grant grant) {
        Intent intent = grant.intent();
        List<Candidate> sent = grant.candidates().stream()
                .filter(c -> intent != null && c.epoch() == intent.candidateEpoch())
                .toList();
        return grant.with(grant.intent(), sent).with((Answer) null, List.of());
    }
}

package dev.oauthconnection.grant;

import dev.oauthconnection.grant.GrantStore.StoreUnavailable;
import dev.oauthconnection.grant.GrantStore.Stored;
import dev.oauthconnection.grant.Step.Outcome;
import dev.oauthconnection.oauth.TokenOutcome;
import dev.oauthconnection.oauth.TokenRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Carries the steps of {@link RedemptionProtocol} out against the real store, journal and token endpoint. */
public final class Redemption {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final int COMMIT_TRIES = 8;

    /** The world as a redemption needs it. */
    public interface Ports {
        GrantStore store();

        Journal journal();

        /** Sends one request within the call window. */
        TokenOutcome send(TokenRequest request, Duration callTimeout, BooleanSupplier mayStillSend);

        /**
         * The same where somebody else may send it, who keeps the answer in the journal should this process be gone by then.
         *
         * @param awaited what becomes of a granted answer
         */
        default TokenOutcome send(
                TokenRequest request, Duration callTimeout, SendWindow window, AwaitedAnswer awaited) {
            return send(request, callTimeout, () -> window.isOpen(nanoTime(), now()));
        }

        Instant now();

        /** Nanoseconds of a monotonic clock. */
        long nanoTime();

        /** Pauses between two tries of a commit. */
        void pause(Duration duration);

        /** Is told that the journal failed; the redemption goes on, since a commit does not need it. */
        default void journalFailed(RuntimeException why) {}
    }

    /** Makes the request that redeems a candidate; null for client credentials. */
    public interface Requests {
        TokenRequest redeem(Grant grant, @Nullable Candidate candidate);
    }

    private final Ports ports;

    public Redemption(Ports ports) {
        this.ports = ports;
    }

    /** Redeems the grant once under these terms. Never throws for what the provider or the store does. */
    public Outcome redeem(GrantKey key, RedemptionProtocol.Terms terms, Requests requests) {
        return new Run(key, terms, requests).from(new Step.Read());
    }

    /** Goes on with an answer that is in the journal, of this process or of one before. */
    public Outcome commit(JournalEntry entry) {
        return new Run(entry.key(), null, null).from(new Step.Reread(entry));
    }

    /** Commits an answer after all that was found to be unwanted. */
    public Outcome commitAfterAll(JournalEntry unwanted) {
        return keepAndCommit(unwanted.wanted());
    }

    /** Keeps a consent's answer and commits it. */
    Outcome keepAndCommit(JournalEntry entry) {
        keep(entry);
        return commit(entry);
    }

    /** A full disk must not cost the grant: the answer is in memory still, and the commit comes next. */
    public void keep(JournalEntry entry) {
        try {
            ports.journal().keep(entry);
        } catch (RuntimeException e) {
            ports.journalFailed(e);
        }
    }

    /** Forgets an answer that is committed, or whose refresh token is of no use to anybody any more. */
    public void forget(String nonce) {
        try {
            ports.journal().forget(nonce);
        } catch (RuntimeException e) {
            ports.journalFailed(e);
        }
    }

    private final class Run {
        private final GrantKey key;
        private final RedemptionProtocol.@Nullable Terms terms;
        private final @Nullable Requests requests;
        private final long startedNanos = ports.nanoTime();
        private final Instant startedAt = ports.now();
        private int tries;

        Run(GrantKey key, RedemptionProtocol.@Nullable Terms terms, @Nullable Requests requests) {
            this.key = key;
            this.terms = terms;
            this.requests = requests;
        }

        Outcome from(Step first) {
            Step step = first;
            while (!(step instanceof Step.Done(Outcome outcome))) {
                step = carryOut(step);
            }
            return outcome;
        }

        private Step carryOut(Step step) {
            return switch (step) {
                case Step.Read() -> read();
                case Step.Arm arm ->
                    protocol()
                            .afterArm(
                                    arm,
                                    ports.store().put(arm.armed(), arm.read().version()));
                case Step.ConfirmArming confirm -> confirm(confirm);
                case Step.Send send -> send(send);
                case Step.Keep keep -> {
                    keep(keep.entry());
                    yield CommitProtocol.afterKeep(keep);
                }
                case Step.Commit(var entry, var next, var version) ->
                    settle(entry, CommitProtocol.afterPut(entry, ports.store().put(next, version)));
                case Step.Create(var entry, var next) ->
                    settle(entry, CommitProtocol.afterPut(entry, ports.store().create(next)));
                case Step.Reread reread -> reread(reread);
                case Step.RecordEnd(var next, var version, var outcome) -> {
                    // Best effort: where it does not land, the intent is resolved like anybody's.
                    ports.store().put(next, version);
                    yield new Step.Done(outcome);
                }
                case Step.Done done -> done;
            };
        }

        private Step read() {
            try {
                return protocol().afterRead(ports.store().read(key), ports.now());
            } catch (StoreUnavailable e) {
                return new Step.Done(new Outcome.CannotWrite(String.valueOf(e.getMessage())));
            }
        }

        private Step confirm(Step.ConfirmArming confirm) {
            try {
                return protocol().afterConfirm(confirm, ports.store().read(key), !inSendWindow());
            } catch (StoreUnavailable e) {
                if (inSendWindow()) {
                    ports.pause(FIRST_PAUSE);
                    return confirm;
                }
                return new Step.Done(new Outcome.CannotWrite(String.valueOf(e.getMessage())));
            }
        }

        private Step send(Step.Send send) {
            if (requests == null || terms == null) {
                throw new IllegalStateException("a commit does not send");
            }
            TokenRequest request = requests.redeem(send.base().grant(), send.candidate());
            Instant requestedAt = ports.now();
            TokenOutcome outcome = ports.send(
                    request,
                    terms.attempt().windows().call(),
                    window(terms),
                    protocol().awaited(send, requestedAt));
            return protocol().afterSend(send, outcome, requestedAt, ports.now());
        }

        private boolean inSendWindow() {
            return terms != null && window(terms).isOpen(ports.nanoTime(), ports.now());
        }

        private SendWindow window(RedemptionProtocol.Terms of) {
            return new SendWindow(
                    startedNanos, startedAt, of.attempt().windows().send());
        }

        private Step reread(Step.Reread reread) {
            if (tries++ >= COMMIT_TRIES) {
                return new Step.Done(new Outcome.Kept(reread.entry(), "the API server did not take the write"));
            }
            if (tries > 1) {
                ports.pause(FIRST_PAUSE.multipliedBy(1L << Math.min(tries, 6)));
            }
            Optional<Stored> read;
            try {
                read = ports.store().read(key);
            } catch (StoreUnavailable e) {
                return reread;
            }
            return settle(reread.entry(), CommitProtocol.afterReread(reread, read));
        }

        /** The journal forgets what is committed. What will never be is still to be revoked. */
        private Step settle(JournalEntry entry, Step next) {
            if (next instanceof Step.Done(Outcome.Committed committed)) {
                forget(entry.nonce());
            }
            return next;
        }

        private RedemptionProtocol protocol() {
            if (terms == null) {
                throw new IllegalStateException("a commit needs no terms");
            }
            return new RedemptionProtocol(terms);
        }
    }
}

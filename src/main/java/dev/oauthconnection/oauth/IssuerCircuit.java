package dev.oauthconnection.oauth;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Spares an issuer that is down. For each issuer it limits how many requests are under way, and after {@value #FAILURES_THAT_OPEN}
 * failures in a row it refuses for a pause that doubles from 1 s to 60 s; after a pause one request at a time may try, and the first
 * answer with sense, a refusal included, closes the circuit.
 *
 * <p>{@link #refusesFor} is asked before a refresh is armed and {@link #enter} follows a moment later, so the limit is one of courtesy:
 * two threads may both be let in as the last one. Thread-safe.
 */
public final class IssuerCircuit {
    /** How many requests to one issuer are under way at a time where nothing else is configured. */
    public static final int DEFAULT_CONCURRENCY = 8;

    static final int FAILURES_THAT_OPEN = 5;
    static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    private final InstantSource clock;
    private final int concurrency;
    private final Map<String, State> issuers = new HashMap<>();

    public IssuerCircuit(InstantSource clock, int concurrency) {
        this.clock = clock;
        this.concurrency = concurrency;
    }

    /**
     * Why no request may be sent now.
     *
     * @param pause how long to wait before it is worth asking again
     * @param failing whether the issuer failed several times in a row; otherwise it merely has enough to do
     */
    public record Refusal(Duration pause, boolean failing) {}

    /** Whether to wait before asking that issuer; empty when a request may be sent now. */
    public synchronized Optional<Refusal> refusesFor(String issuer) {
        State state = issuers.get(issuer);
        if (state == null) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        if (now.isBefore(state.refusesUntil)) {
            Duration left = Duration.between(now, state.refusesUntil);
            // More than any pause is left where the wall clock was set back; the pause is then over.
            if (left.compareTo(LONGEST_PAUSE) <= 0) {
                return Optional.of(new Refusal(left, true));
            }
        }
        boolean failing = state.failures >= FAILURES_THAT_OPEN;
        int limit = failing ? 1 : concurrency;
        return state.underWay >= limit ? Optional.of(new Refusal(SHORTEST_PAUSE, failing)) : Optional.empty();
    }

    /** A request is about to be sent; {@link #exit} must follow. */
    public synchronized void enter(String issuer) {
        issuers.computeIfAbsent(issuer, key -> new State()).underWay++;
    }

    /** The request has ended. */
    public synchronized void exit(String issuer, TokenOutcome outcome) {
        State state = issuers.get(issuer);
        if (state == null) {
            return;
        }
        state.underWay--;
        switch (outcome) {
            case TokenOutcome.Granted granted -> state.succeeded();
            case TokenOutcome.Rejected rejected -> state.succeeded();
            case TokenOutcome.Unavailable unavailable -> state.failed(clock.instant());
            case TokenOutcome.Ambiguous ambiguous -> state.failed(clock.instant());
            case TokenOutcome.Unsendable unsendable -> {
                // Our own fault, or our user's: one connection must not pause an issuer for all.
            }
        }
        if (state.underWay <= 0 && state.failures == 0) {
            issuers.remove(issuer);
        }
    }

    private static final class State {
        int underWay;
        int failures;
        Duration pause = SHORTEST_PAUSE;
        Instant refusesUntil = Instant.MIN;

        void succeeded() {
            failures = 0;
            pause = SHORTEST_PAUSE;
            refusesUntil = Instant.MIN;
        }

        void failed(Instant now) {
            failures++;
            // Requests that were under way when it opened end in its pause, and say nothing new.
            if (failures >= FAILURES_THAT_OPEN && !now.isBefore(refusesUntil)) {
                refusesUntil = now.plus(pause);
                Duration doubled = pause.multipliedBy(2);
                pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
            }
        }
    }
}

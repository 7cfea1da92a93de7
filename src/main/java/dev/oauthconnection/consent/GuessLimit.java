package dev.oauthconnection.consent;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/** Limits wrong pairing codes per connection, on this replica. A code of 100 bits needs no more; this spares the API server. */
final class GuessLimit {
    static final int GUESSES = 10;
    static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int CONNECTIONS = 10_000;

    private final InstantSource clock;
    private final Map<String, Deque<Instant>> wrong = new LinkedHashMap<>();

    GuessLimit(InstantSource clock) {
        this.clock = clock;
    }

    /** Whether one more guess is looked at. */
    synchronized boolean allows(String connection) {
        Deque<Instant> guesses = wrong.get(connection);
        if (guesses == null) {
            return true;
        }
        Instant start = clock.instant().minus(WINDOW);
        guesses.removeIf(guess -> !guess.isAfter(start));
        if (guesses.isEmpty()) {
            wrong.remove(connection);
        }
        return guesses.size() < GUESSES;
    }

    synchronized void wrongGuess(String connection) {
        wrong.computeIfAbsent(connection, c -> new ArrayDeque<>()).addLast(clock.instant());
        if (wrong.size() > CONNECTIONS) {
            wrong.remove(wrong.keySet().iterator().next());
        }
    }
}

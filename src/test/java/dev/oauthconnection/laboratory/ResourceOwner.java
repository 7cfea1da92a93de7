package dev.oauthconnection.laboratory;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Gives consent again wherever a grant is gone, so that a trial goes on, and writes down which one it was. */
final class ResourceOwner implements AutoCloseable {
    private static final Duration ROUND = Duration.ofMillis(500);

    /** The operator looks for a changed Secret every 30 s; until then what it says is about the grant before. */
    private static final Duration TAKEN_BY_THEN = Duration.ofSeconds(40);

    private final Subject subject;
    private final RotatingServer server;
    private final Diary diary;
    private final Map<String, Instant> consented = new HashMap<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("resource owner").unstarted(this::run);

    ResourceOwner(Subject subject, RotatingServer server, Diary diary) {
        this.subject = subject;
        this.server = server;
        this.diary = diary;
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!thread.isInterrupted()) {
            try {
                subject.lost().forEach(this::consent);
            } catch (RuntimeException e) {
                // The API server may be what fails; it is asked again.
            }
            Trial.pause(ROUND);
        }
    }

    private synchronized void consent(String connection, String said) {
        if (Instant.now()
                .isBefore(consented.getOrDefault(connection, Instant.MIN).plus(TAKEN_BY_THEN))) {
            return;
        }
        consentTo(connection, said, refreshToken -> subject.consent(connection, refreshToken));
    }

    /** Somebody deleted these grants, or put older ones in their places, and knows it: nobody has to ask. */
    synchronized void consentAfter(String said, List<String> connections, BiConsumer<String, String> connect) {
        for (String connection : connections) {
            diary.note(Diary.Kind.ByHand, server.current(connection).grant());
            consentTo(connection, said, refreshToken -> connect.accept(connection, refreshToken));
        }
    }

    private void consentTo(String connection, String said, Consumer<String> give) {
        Instant now = Instant.now();
        diary.lost(new Diary.Lost(now, server.current(connection), said));
        give.accept(server.consent(connection));
        consented.put(connection, now);
        diary.note(Diary.Kind.Consented, connection);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}

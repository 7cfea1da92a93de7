package dev.oauthconnection.grant;

import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.oauth.TokenOutcome;
import dev.oauthconnection.oauth.TokenRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** The world of a {@link Redemption} by a script: the provider answers with {@code rt-2}, writes land, unless told otherwise. */
final class ScriptedPorts implements Redemption.Ports {
    /** What becomes of a write. */
    enum Write {
        Lands,
        AnswerLost,
        RequestLost,
        Refused
    }

    /** The process is over. */
    static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    final SimulatedStore store = new SimulatedStore();
    final SimulatedJournal journal = new SimulatedJournal();
    private final Journal lasting = new LastingJournal(volume());
    final List<String> effects = new ArrayList<>();
    TokenOutcome answer = new TokenOutcome.Granted(Sample.answer("rt-2"));
    int sent;
    int journalFailures;
    private final Deque<Write> writes = new ArrayDeque<>();
    private Runnable beforeTheRequest = () -> {};
    private Runnable whileSending = () -> {};
    private boolean journalFails;
    private String fatal = "";
    private int fatalCount;
    private Duration monotonic = Duration.ZERO;
    private Duration wall = Duration.ZERO;

    ScriptedPorts(Grant grant) {
        store.create(grant);
    }

    static TokenRequest request() {
        return new TokenRequest(
                Sample.BINDING.tokenEndpoint(),
                Trust.SYSTEM,
                new Client("client", "secret"),
                ClientAuthentication.Basic,
                Map.of(),
                Map.of(),
                Set.of(),
                Sample.LIFETIME);
    }

    Grant grant() {
        return store.stored().grant();
    }

    void writes(Write... next) {
        writes.addAll(List.of(next));
    }

    void beforeTheRequest(Runnable action) {
        beforeTheRequest = action;
    }

    void whileSending(Runnable action) {
        whileSending = action;
    }

    void journalFails() {
        journalFails = true;
    }

    void monotonic(Duration passed) {
        monotonic = monotonic.plus(passed);
    }

    void wall(Duration passed) {
        wall = wall.plus(passed);
    }

    /** The process ends before this effect, the {@code count}th time it comes to it. */
    void dieBefore(String effect, int count) {
        fatal = effect;
        fatalCount = count;
    }

    void restart() {
        fatal = "";
    }

    private void effect(String name) {
        if (name.equals(fatal) && --fatalCount == 0) {
            throw new Died();
        }
        effects.add(name);
    }

    @Override
    public GrantStore store() {
        return new GrantStore() {
            @Override
            public Optional<Stored> read(GrantKey key) {
                effect("read");
                return store.read(key);
            }

            @Override
            public Put put(Grant grant, String version) {
                effect("put");
                return switch (writes.isEmpty() ? Write.Lands : writes.pop()) {
                    case Lands -> store.put(grant, version);
                    case AnswerLost -> store.put(grant, version, SimulatedStore.Fault.AnswerLost);
                    case RequestLost -> store.put(grant, version, SimulatedStore.Fault.RequestLost);
                    case Refused -> new Put.Refused("no rights");
                };
            }

            @Override
            public Put create(Grant grant) {
                effect("create");
                return store.create(grant);
            }
        };
    }

    @Override
    public Journal journal() {
        return lasting;
    }

    private Journal volume() {
        return new Journal() {
            @Override
            public void keep(JournalEntry entry) {
                effect("keep");
                failWhenTold();
                journal.keep(entry);
            }

            @Override
            public void forget(String nonce) {
                effect("forget");
                failWhenTold();
                journal.forget(nonce);
            }

            @Override
            public List<JournalEntry> entries() {
                return journal.entries();
            }
        };
    }

    private void failWhenTold() {
        if (journalFails) {
            throw new IllegalStateException("disk full");
        }
    }

    @Override
    public void journalFailed(RuntimeException why) {
        if (why instanceof Died) {
            throw why;
        }
        journalFailures++;
    }

    @Override
    public TokenOutcome send(TokenRequest request, Duration callTimeout, BooleanSupplier mayStillSend) {
        effect("send");
        beforeTheRequest.run();
        if (!mayStillSend.getAsBoolean()) {
            return new TokenOutcome.Unavailable("too late", null);
        }
        sent++;
        whileSending.run();
        return answer;
    }

    @Override
    public Instant now() {
        return Sample.NOW.plus(wall);
    }

    @Override
    public long nanoTime() {
        return monotonic.toNanos();
    }

    @Override
    public void pause(Duration duration) {
        monotonic(duration);
    }
}

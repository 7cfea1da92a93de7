package dev.oauthconnection.grant;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One grant Secret with a resourceVersion. */
final class SimulatedStore implements GrantStore {
    /** What becomes of a write: its answer, or the whole of it, is lost. */
    enum Fault {
        None,
        AnswerLost,
        RequestLost
    }

    private @Nullable Grant grant;
    private long version = 1;
    private long released;
    private Consumer<Grant> watcher = written -> {};

    void watch(Consumer<Grant> newWatcher) {
        watcher = newWatcher;
    }

    /** Somebody changes what is not ours: labels, annotations. */
    void touch() {
        version++;
    }

    /** An admin's annotation. */
    void release(long epoch) {
        released = epoch;
        version++;
    }

    void delete() {
        grant = null;
        version++;
    }

    Stored stored() {
        return new Stored(Objects.requireNonNull(grant), Long.toString(version), released, "");
    }

    @Override
    public Optional<Stored> read(GrantKey key) {
        return grant == null ? Optional.empty() : Optional.of(stored());
    }

    @Override
    public Put put(Grant next, String expected) {
        if (grant == null) {
            return new Put.Missing();
        }
        return expected.equals(Long.toString(version)) ? write(next) : new Put.Conflict();
    }

    Put put(Grant next, String expected, Fault fault) {
        Put put = fault == Fault.RequestLost ? new Put.Conflict() : put(next, expected);
        return fault == Fault.None ? put : new Put.Unknown("lost");
    }

    @Override
    public Put create(Grant next) {
        return grant == null ? write(next) : new Put.Conflict();
    }

    private Put write(Grant next) {
        grant = next;
        version++;
        watcher.accept(next);
        return new Put.Done(stored());
    }
}

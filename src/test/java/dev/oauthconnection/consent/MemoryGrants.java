package dev.oauthconnection.consent;

import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.grant.GrantStore;
import dev.oauthconnection.grant.HandledRequests;
import dev.oauthconnection.grant.Journal;
import dev.oauthconnection.grant.JournalEntry;
import dev.oauthconnection.grant.NewGrants;
import dev.oauthconnection.grant.Redemption;
import dev.oauthconnection.oauth.TokenOutcome;
import dev.oauthconnection.oauth.TokenRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/** Grants in memory, with the real transaction over them; shared by all replicas of a test. */
final class MemoryGrants implements GrantStore, Journal, Redemption.Ports, NewGrants.Surroundings {
    private final InstantSource clock;
    private final Map<GrantKey, Stored> stored = new ConcurrentHashMap<>();
    private final List<JournalEntry> journal = new ArrayList<>();
    private int version;
    boolean refusesWrites;
    boolean unreadable;
    boolean surroundingsUnavailable;

    MemoryGrants(InstantSource clock) {
        this.clock = clock;
    }

    NewGrants newGrants() {
        return new NewGrants(redemption(), this, this);
    }

    Redemption redemption() {
        return new Redemption(this);
    }

    @Override
    public synchronized Optional<Stored> read(GrantKey key) {
        if (unreadable) {
            throw new Unreadable("the grant Secret cannot be read: restore it from a backup");
        }
        return Optional.ofNullable(stored.get(key));
    }

    @Override
    public synchronized Put put(Grant grant, String expected) {
        Stored now = stored.get(grant.key());
        if (refusesWrites) {
            return new Put.Refused("the quota is used up");
        }
        if (now == null) {
            return new Put.Missing();
        }
        return now.version().equals(expected) ? write(grant) : new Put.Conflict();
    }

    @Override
    public synchronized Put create(Grant grant) {
        if (refusesWrites) {
            return new Put.Refused("the quota is used up");
        }
        return stored.containsKey(grant.key()) ? new Put.Conflict() : write(grant);
    }

    private Put write(Grant grant) {
        Stored next = new Stored(grant, Integer.toString(++version), 0, "");
        stored.put(grant.key(), next);
        return new Put.Done(next);
    }

    @Override
    public synchronized void keep(JournalEntry entry) {
        forget(entry.nonce());
        journal.add(entry);
    }

    @Override
    public synchronized void forget(String nonce) {
        journal.removeIf(entry -> entry.nonce().equals(nonce));
    }

    @Override
    public synchronized List<JournalEntry> entries() {
        return List.copyOf(journal);
    }

    @Override
    public GrantStore store() {
        return this;
    }

    @Override
    public Journal journal() {
        return this;
    }

    @Override
    public TokenOutcome send(TokenRequest request, Duration callTimeout, BooleanSupplier mayStillSend) {
        throw new IllegalStateException("a consent's code is not sent by the redemption");
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public long nanoTime() {
        return 0;
    }

    @Override
    public void pause(Duration duration) {}

    @Override
    public long markedEpoch(GrantKey key) {
        if (surroundingsUnavailable) {
            throw new StoreUnavailable("the API server does not answer", new IllegalStateException());
        }
        return 0;
    }

    @Override
    public HandledRequests requested(GrantKey key) {
        return HandledRequests.NONE;
    }
}

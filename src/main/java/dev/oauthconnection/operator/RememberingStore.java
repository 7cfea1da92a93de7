package dev.oauthconnection.operator;

import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.grant.GrantStore;
import java.util.Optional;

/** A store whose every answer goes into the cache, so that this process never looks behind its own writes. */
record RememberingStore(GrantStore store, GrantCache cache) implements GrantStore {
    @Override
    public Optional<Stored> read(GrantKey key) {
        Optional<Stored> read = store.read(key);
        read.ifPresentOrElse(cache::remember, () -> cache.forget(key));
        return read;
    }

    @Override
    public Put put(Grant grant, String version) {
        return remember(store.put(grant, version));
    }

    @Override
    public Put create(Grant grant) {
        return remember(store.create(grant));
    }

    private Put remember(Put result) {
        if (result instanceof Put.Done(Stored stored)) {
            cache.remember(stored);
        }
        return result;
    }
}

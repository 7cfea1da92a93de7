package dev.oauthconnection.oauth;

import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import dev.oauthconnection.network.Trust;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The keys by which issuers sign (RFC 7517), cached for an hour. A key that the cache lacks is looked for again, at most once a minute,
 * so that a rotation is seen at once and a forged key id costs the issuer nothing. Older keys serve while the new ones cannot be read.
 */
final class Jwks {
    static final Duration GOOD_FOR = Duration.ofHours(1);
    static final Duration LOOKED_AGAIN_AFTER = Duration.ofMinutes(1);
    static final Duration FAILED_FOR = Duration.ofSeconds(10);

    /** What one provider's bundle vouches for counts for no other provider. */
    private record Location(URI uri, Trust trust) {}

    private final BoundedHttp http;
    private final InstantSource clock;
    private final Map<Location, Keys> known = new ConcurrentHashMap<>();

    Jwks(BoundedHttp http, InstantSource clock) {
        this.http = http;
        this.clock = clock;
    }

    /**
     * The keys that fit.
     *
     * @throws RemoteKeySourceException when there are none in the cache and they cannot be read; its message is for a user
     */
    List<JWK> select(URI uri, Trust trust, JWKSelector selector) throws RemoteKeySourceException {
        Location location = new Location(uri, trust);
        Keys keys = known.computeIfAbsent(location, key -> new Keys());
        keys.lock.lock();
        try {
            keys.refreshAfter(GOOD_FOR, location);
            List<JWK> fitting = keys.select(selector);
            if (fitting.isEmpty() && keys.refreshAfter(LOOKED_AGAIN_AFTER, location)) {
                fitting = keys.select(selector);
            }
            return fitting;
        } finally {
            keys.lock.unlock();
        }
    }

    /** One issuer's keys; guarded by the lock. */
    private final class Keys {
        final ReentrantLock lock = new ReentrantLock();
        Instant readAt = Instant.MIN;
        Instant failedAt = Instant.MIN;
        String failure = "";

        @Nullable
        JWKSet set;

        List<JWK> select(JWKSelector selector) throws RemoteKeySourceException {
            if (set == null) {
                throw new RemoteKeySourceException("the issuer's keys cannot be read: " + failure, null);
            }
            return selector.select(set);
        }

        /** Reads the keys again when they are older than {@code age}; says whether they are new now. */
        boolean refreshAfter(Duration age, Location location) {
            Instant now = clock.instant();
            if (now.isBefore(later(readAt, age)) || now.isBefore(later(failedAt, FAILED_FOR))) {
                return false;
            }
            @Nullable JWKSet fetched = fetch(location);
            if (fetched == null) {
                failedAt = now;
                return false;
            }
            set = fetched;
            readAt = now;
            return true;
        }

        private @Nullable JWKSet fetch(Location location) {
            switch (http.get(location.uri(), location.trust(), Map.of())) {
                case BoundedHttp.Result.Failed failed -> failure = failed.why();
                case BoundedHttp.Result.Answer answer -> {
                    if (answer.status() == 200) {
                        try {
                            return JWKSet.parse(answer.body());
                        } catch (ParseException e) {
                            failure = location.uri().getHost() + " answered without a key set";
                            return null;
                        }
                    }
                    failure = location.uri().getHost() + " answered " + answer.status();
                }
            }
            return null;
        }

        private static Instant later(Instant from, Duration by) {
            return from.equals(Instant.MIN) ? from : from.plus(by);
        }
    }
}

package dev.oauthconnection.observe;

import dev.oauthconnection.api.Reason;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Gauges of the connections that this process serves and of their tokens. Each connection is told when it comes to rest and when it
 * goes; a process that does not lead is told of none, and serves zeros. Labels are enumerated, but for the one metric that has a series
 * for each connection and is off unless it is asked for.
 */
public final class ConnectionMeters {
    /** In which state a connection is: in exactly one, the first of these that is true of it. */
    public enum State {
        Suspended,
        /** Only a person can help, whether or not the published token is still valid. */
        Stalled,
        AwaitingConsent,
        /** The published token is valid. */
        Ready,
        NotReady
    }

    /**
     * A connection at rest.
     *
     * @param stalled why only a person can help; null while that is not so
     * @param expiresAt when the published token expires; null when none is published
     * @param dueAt when that token was or is to be refreshed; null when none is published
     */
    public record Sight(
            State state,
            @Nullable Reason stalled,
            @Nullable Instant expiresAt,
            @Nullable Instant dueAt) {
        private boolean isExpired(Instant now) {
            return expiresAt != null && state != State.Suspended && !expiresAt.isAfter(now);
        }

        /** Valid still, and half of the time between refresh and expiry is over without a new one. */
        private boolean isAtRisk(Instant now) {
            return expiresAt != null
                    && dueAt != null
                    && state != State.Suspended
                    && expiresAt.isAfter(now)
                    && now.isAfter(dueAt.plus(Duration.between(dueAt, expiresAt).dividedBy(2)));
        }
    }

    private record Key(String namespace, String name) {}

    private record Summary(
            Instant at,
            Map<State, Integer> states,
            Map<Reason, Integer> stalled,
            int expired,
            int atRisk,
            @Nullable Instant earliest) {}

    /** One scrape reads many gauges; all of them are taken from one look at the connections. */
    private static final Duration ONE_SCRAPE = Duration.ofSeconds(1);

    private final MeterRegistry registry;
    private final InstantSource clock;
    private final boolean each;
    private final Map<Key, Sight> sights = new ConcurrentHashMap<>();
    private final Map<Key, Meter> expiries = new ConcurrentHashMap<>();
    private volatile boolean cleared;
    private volatile @Nullable Summary latest;

    /** @param each whether each connection has a series of its own: when its token expires */
    public ConnectionMeters(MeterRegistry registry, InstantSource clock, boolean each) {
        this.registry = registry;
        this.clock = clock;
        this.each = each;
        for (State state : State.values()) {
            gauge(
                    "oauthconnection.connections",
                    "Connections by state: the first of the states that is true of it.",
                    "state",
                    state.name(),
                    summary -> summary.states().getOrDefault(state, 0));
        }
        for (Reason reason : Reason.values()) {
            gauge(
                    "oauthconnection.connections.stalled",
                    "Connections that only a person can help, by reason.",
                    "reason",
                    reason.name(),
                    summary -> summary.stalled().getOrDefault(reason, 0));
        }
        gauge("oauthconnection.tokens.expired", "Published tokens that have expired.", Summary::expired);
        gauge(
                "oauthconnection.tokens.at.risk",
                "Published tokens that are still valid and were to be refreshed so long ago that half of the time until they expire is over.",
                Summary::atRisk);
        gauge(
                "oauthconnection.token.earliest.expiry.timestamp.seconds",
                "When the first of the published tokens expires, in seconds since 1970; NaN when there is none.",
                summary -> seconds(summary.earliest()));
    }

    /** A connection came to rest like this. */
    public void seen(String namespace, String name, Sight sight) {
        if (cleared) {
            return;
        }
        Key key = new Key(namespace, name);
        sights.put(key, sight);
        if (each && sight.expiresAt() != null) {
            expiries.computeIfAbsent(key, this::expiry);
        } else {
            removeExpiry(key);
        }
    }

    /** A connection is gone, or is no longer served here. */
    public void gone(String namespace, String name) {
        Key key = new Key(namespace, name);
        sights.remove(key);
        removeExpiry(key);
    }

    /** This process serves none any more; what is in flight still comes to rest, and is told in vain. */
    public void clear() {
        cleared = true;
        sights.keySet().forEach(key -> gone(key.namespace(), key.name()));
        latest = null;
    }

    private Meter expiry(Key key) {
        return Gauge.builder("oauthconnection.token.expiry.timestamp.seconds", () -> {
                    Sight sight = sights.get(key);
                    return seconds(sight == null ? null : sight.expiresAt());
                })
                .description(
                        "When the connection's published token expires, in seconds since 1970. Served with --expiry-metrics.")
                .tag("namespace", key.namespace())
                .tag("name", key.name())
                .register(registry);
    }

    private void removeExpiry(Key key) {
        Meter meter = expiries.remove(key);
        if (meter != null) {
            registry.remove(meter);
        }
    }

    private void gauge(String name, String description, ToDoubleFunction<Summary> value) {
        Gauge.builder(name, this, meters -> value.applyAsDouble(meters.summary()))
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    private void gauge(
            String name, String description, String label, String labelled, ToDoubleFunction<Summary> value) {
        Gauge.builder(name, this, meters -> value.applyAsDouble(meters.summary()))
                .description(description)
                .tag(label, labelled)
                .strongReference(true)
                .register(registry);
    }

    private Summary summary() {
        Instant now = clock.instant();
        Summary known = latest;
        if (known == null || Duration.between(known.at(), now).abs().compareTo(ONE_SCRAPE) >= 0) {
            known = summarize(now);
            latest = known;
        }
        return known;
    }

    private Summary summarize(Instant now) {
        Map<State, Integer> states = new EnumMap<>(State.class);
        Map<Reason, Integer> stalled = new EnumMap<>(Reason.class);
        int expired = 0;
        int atRisk = 0;
        Instant earliest = null;
        for (Sight sight : sights.values()) {
            states.merge(sight.state(), 1, Integer::sum);
            if (sight.stalled() != null) {
                stalled.merge(sight.stalled(), 1, Integer::sum);
            }
            expired += sight.isExpired(now) ? 1 : 0;
            atRisk += sight.isAtRisk(now) ? 1 : 0;
            Instant expiry = sight.state() == State.Suspended ? null : sight.expiresAt();
            earliest = expiry == null || (earliest != null && earliest.isBefore(expiry)) ? earliest : expiry;
        }
        return new Summary(now, states, stalled, expired, atRisk, earliest);
    }

    private static double seconds(@Nullable Instant instant) {
        return instant == null ? Double.NaN : instant.getEpochSecond();
    }
}

package dev.oauthconnection.observe;

import dev.oauthconnection.grant.LossWindow;
import dev.oauthconnection.grant.Step.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * What is counted and measured of the operator's work. No label grows with the number of connections, and each series is there from the
 * start, so that the first loss is a rise from zero. What is known of the connections themselves is in {@link ConnectionMeters}.
 */
public final class Meters {
    /** What came of the one request of a redemption. */
    public enum Result {
        /** The provider gave a token. */
        Granted,
        /** The provider refused the refresh token, the client or the request. */
        Refused,
        /** The provider was not reached, failed, or its answer is not known. */
        Failed,
        /** Nothing was sent. */
        Unsent;

        static Result of(Outcome outcome) {
            return switch (outcome) {
                case Outcome.Committed committed -> Granted;
                case Outcome.Kept kept -> Granted;
                case Outcome.Late late -> Granted;
                case Outcome.Superseded superseded -> Granted;
                case Outcome.TokenRefused refused -> Refused;
                case Outcome.RequestRefused refused -> Refused;
                case Outcome.Unavailable unavailable -> Failed;
                case Outcome.Ambiguous ambiguous -> Failed;
                case Outcome.Stale stale -> Unsent;
                case Outcome.Waiting waiting -> Unsent;
                case Outcome.Held held -> Unsent;
                case Outcome.RolledBack rolledBack -> Unsent;
                case Outcome.BoundElsewhere elsewhere -> Unsent;
                case Outcome.Exhausted exhausted -> Unsent;
                case Outcome.Unsendable unsendable -> Unsent;
                case Outcome.CannotWrite cannotWrite -> Unsent;
            };
        }
    }

    /** From a provider next door to the call timeout. */
    private static final Duration[] DURATIONS = {
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60)
    };

    /** From a refresh at its time to one that a lead of minutes, or of hours, made up for. */
    private static final Duration[] LATENESS = {
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        Duration.ofMinutes(2),
        Duration.ofMinutes(5),
        Duration.ofMinutes(15),
        Duration.ofHours(1),
        Duration.ofHours(6)
    };

    /** How it ended to tell a pod of a new token. */
    public enum PodTold {
        /** The pod's annotation was changed. */
        Told,
        /** The pod was gone, or somebody else was changing it. */
        Missed,
        /** A right is missing, or an admission policy is against it. */
        Refused,
        /** The API server did not answer, or could not. */
        Failed
    }

    private final MeterRegistry registry;

    public Meters(MeterRegistry registry) {
        this.registry = registry;
        delivered(0);
        reconciliationErrors();
        lateness();
        for (LossWindow window : LossWindow.values()) {
            lost(window, 0);
        }
        for (PodTold outcome : PodTold.values()) {
            propagation(outcome, 0);
        }
        for (Result result : Result.values()) {
            duration(result);
        }
        Arrays.stream(Outcome.class.getPermittedSubclasses()).forEach(outcome -> redemptions(outcome.getSimpleName()));
    }

    /**
     * A redemption ended.
     *
     * @param provider the name of the provider; there are as many as an admin applied
     */
    public void redemption(String provider, Outcome outcome, Duration took) {
        Result result = Result.of(outcome);
        redemptions(outcome.getClass().getSimpleName()).increment();
        duration(result).record(took);
        for (Result each : Result.values()) {
            if (each != Result.Unsent) {
                requests(provider, each).increment(each == result ? 1 : 0);
            }
        }
    }

    /** A token Secret was written. */
    public void delivered() {
        delivered(1);
    }

    /** A refreshed token was published this long after its refresh was due. */
    public void late(Duration lateness) {
        lateness().record(lateness.isNegative() ? Duration.ZERO : lateness);
    }

    /** A grant was lost through this window; a person has to consent again. */
    public void lost(LossWindow window) {
        lost(window, 1);
    }

    /** A look at a connection ended in an error, of the API server as a rule; it is repeated. */
    public void reconciliationFailed() {
        reconciliationErrors().increment();
    }

    /** Asked whenever metrics are: whether this process leads, or is alone. */
    public void leader(BooleanSupplier leading) {
        Gauge.builder("oauthconnection.leader", leading, it -> it.getAsBoolean() ? 1 : 0)
                .description("1 while this process leads, or is alone; 0 while it follows.")
                .strongReference(true)
                .register(registry);
    }

    /** Asked whenever metrics are: how many answers of providers wait in the journal to be stored. */
    public void journal(IntSupplier waiting) {
        Gauge.builder("oauthconnection.journal.entries", waiting, IntSupplier::getAsInt)
                .description("Answers of providers in the journal that wait to be stored; NaN when it cannot be read.")
                .strongReference(true)
                .register(registry);
    }

    private Counter redemptions(String outcome) {
        return Counter.builder("oauthconnection.redemptions")
                .description("Redemptions by how they ended.")
                .tag("outcome", outcome)
                .register(registry);
    }

    private Timer duration(Result result) {
        return Timer.builder("oauthconnection.redemption.duration")
                .description(
                        "Duration of redemptions by what came of the request, from the reading of the grant to its end.")
                .tag("result", result.name())
                .serviceLevelObjectives(DURATIONS)
                .register(registry);
    }

    private Counter requests(String provider, Result result) {
        return Counter.builder("oauthconnection.provider.requests")
                .description("Token requests of redemptions by provider and what came of them.")
                .tag("provider", provider)
                .tag("result", result.name())
                .register(registry);
    }

    private Timer lateness() {
        return Timer.builder("oauthconnection.refresh.lateness")
                .description("How long after it was due a refreshed token was published.")
                .serviceLevelObjectives(LATENESS)
                .register(registry);
    }

    private Counter reconciliationErrors() {
        return Counter.builder("oauthconnection.reconciliation.errors")
                .description(
                        "Looks at a connection that ended in an error, of the API server as a rule; each is repeated.")
                .register(registry);
    }

    private void lost(LossWindow window, int count) {
        Counter.builder("oauthconnection.grants.lost")
                .description("Grants that were lost, by the window they were lost through.")
                .tag("window", window.name())
                .register(registry)
                .increment(count);
    }

    /** A pod was to be told of a new token. */
    public void propagation(PodTold outcome) {
        propagation(outcome, 1);
    }

    private void propagation(PodTold outcome, int count) {
        Counter.builder("oauthconnection.propagations")
                .description("Pods that were to be told of a new token, by how that ended.")
                .tag("outcome", outcome.name())
                .register(registry)
                .increment(count);
    }

    private void delivered(int count) {
        Counter.builder("oauthconnection.deliveries")
                .description("Token Secrets written.")
                .register(registry)
                .increment(count);
    }
}

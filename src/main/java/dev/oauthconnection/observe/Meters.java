package dev.oauthconnection.observe;

import dev.oauthconnection.grant.LossWindow;
import dev.oauthconnection.grant.Step.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** What is counted. Few labels, and none that grows with the number of connections. */
public final class Meters {
    static final String REDEMPTIONS = "Redemptions by how they ended, from the reading of the grant to its end.";

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
        for (LossWindow window : LossWindow.values()) {
            lost(window, 0);
        }
        for (PodTold outcome : PodTold.values()) {
            propagation(outcome, 0);
        }
    }

    /** A redemption ended. */
    public void redemption(Outcome outcome, Duration took) {
        Timer.builder("oauthconnection.redemptions")
                .description(REDEMPTIONS)
                .tag("outcome", outcome.getClass().getSimpleName())
                .register(registry)
                .record(took);
    }

    /** A token Secret was written. */
    public void delivered() {
        delivered(1);
    }

    /** A grant was lost through this window; a person has to consent again. */
    public void lost(LossWindow window) {
        lost(window, 1);
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

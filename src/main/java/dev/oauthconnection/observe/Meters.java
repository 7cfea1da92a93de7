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

    private final MeterRegistry registry;

    public Meters(MeterRegistry registry) {
        this.registry = registry;
        delivered(0);
        for (LossWindow window : LossWindow.values()) {
            lost(window, 0);
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

    private void delivered(int count) {
        Counter.builder("oauthconnection.deliveries")
                .description("Token Secrets written.")
                .register(registry)
                .increment(count);
    }
}

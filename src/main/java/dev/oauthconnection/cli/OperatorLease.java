package dev.oauthconnection.cli;

import dev.oauthconnection.cli.Finding.Level;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether the operator is at work, by the lease of its leader. Pure. */
final class OperatorLease {
    private static final String CHECK = "operator";
    private static final int USUAL_SECONDS = 15;
    private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(5);

    private OperatorLease() {}

    /** @param lease null for none */
    static Finding judge(@Nullable Lease lease, String namespace, Instant now) {
        if (lease == null || lease.getSpec() == null || lease.getSpec().getRenewTime() == null) {
            return new Finding(
                    CHECK,
                    Level.Failed,
                    "no operator ever had a lease in namespace " + namespace,
                    "Install it (docs/install.md), or name its namespace by --operator-namespace. One that runs with"
                            + " --no-leader-elect has no lease: look at its pod.");
        }
        String holder = Objects.requireNonNullElse(lease.getSpec().getHolderIdentity(), "");
        Duration silent = Duration.between(lease.getSpec().getRenewTime().toInstant(), now);
        int seconds = Objects.requireNonNullElse(lease.getSpec().getLeaseDurationSeconds(), USUAL_SECONDS);
        if (holder.isEmpty() || silent.compareTo(Duration.ofSeconds(seconds).plus(CLOCKS_DIFFER)) > 0) {
            return new Finding(
                    CHECK,
                    Level.Failed,
                    "no leader in namespace " + namespace + "; the lease was renewed " + Spans.of(silent.abs())
                            + " ago",
                    "kubectl get pods --namespace " + namespace
                            + " and their logs say why none leads. Tokens stay valid until they lapse.");
        }
        if (silent.compareTo(CLOCKS_DIFFER.negated()) < 0) {
            return new Finding(
                    CHECK,
                    Level.Warning,
                    "it leads, and its clock is " + Spans.of(silent.abs()) + " ahead of this machine's",
                    "Set the clocks of this machine and of the cluster's nodes by NTP.");
        }
        return Finding.ok(CHECK, holder + " leads in namespace " + namespace);
    }
}

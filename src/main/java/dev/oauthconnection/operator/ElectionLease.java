package dev.oauthconnection.operator;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the SDK's leader election leaves to be done about its lease. It compares the time that the holder wrote by its wall clock with the
 * wall clock of who wants to follow: the lease of a holder that is gone, and whose clock was an hour ahead, would keep everybody waiting
 * for an hour. So the end of such a lease is told here as Kubernetes' own components tell it, by how long it has stayed as it is on this
 * process's monotonic clock. Used by one thread at a time.
 */
final class ElectionLease {
    private static final Logger LOG = LoggerFactory.getLogger(ElectionLease.class);

    private final KubernetesClient client;
    private final String namespace;
    private final Configuration.Lease elected;
    private final String identity;
    private final LongSupplier nanoTime;
    private @Nullable LeaseSpec seen;
    private long seenSince;

    /** @param identity how this process signs the lease */
    ElectionLease(
            KubernetesClient client,
            String namespace,
            Configuration.Lease elected,
            String identity,
            LongSupplier nanoTime) {
        this.client = client;
        this.namespace = namespace;
        this.elected = elected;
        this.identity = identity;
        this.nanoTime = nanoTime;
    }

    /** How often {@link #takeFromSilent} is to be called by who does not lead. */
    Duration round() {
        return elected.duration().dividedBy(3);
    }

    /** Takes the lease from a holder that has let it lapse; the election gives it to somebody then. */
    void takeFromSilent() {
        Lease lease = read();
        if (lease != null && isSilent(lease.getSpec())) {
            LOG.warn(
                    "{} has not renewed the lease: it is up for election",
                    seen == null ? "" : seen.getHolderIdentity());
            // With its resourceVersion: a renewal in between makes this a conflict.
            clear(lease);
        }
    }

    /** Whether somebody holds it and has not renewed it for its duration, as far as was seen by this and the calls before. */
    boolean isSilent(LeaseSpec now) {
        if (!now.equals(seen)) {
            seen = now;
            seenSince = nanoTime.getAsLong();
        }
        String holder = now.getHolderIdentity();
        return holder != null
                && !holder.isEmpty()
                && nanoTime.getAsLong() - seenSince > duration(now).toNanos();
    }

    /** The holder may have been started with another duration. */
    private Duration duration(LeaseSpec spec) {
        Duration own = elected.duration();
        Duration theirs = Duration.ofSeconds(Objects.requireNonNullElse(spec.getLeaseDurationSeconds(), 0));
        return theirs.compareTo(own) > 0 ? theirs : own;
    }

    /** The SDK lets the lease lapse; the next leader need not wait for that. Where it cannot be given away, it lapses all the same. */
    void giveAway() {
        try {
            Lease lease = read();
            if (lease != null && identity.equals(lease.getSpec().getHolderIdentity())) {
                clear(lease);
            }
        } catch (KubernetesClientException e) {
            LOG.info("the lease was not given away (HTTP {})", e.getCode());
        }
    }

    private @Nullable Lease read() {
        return client.leases().inNamespace(namespace).withName(elected.name()).get();
    }

    private void clear(Lease lease) {
        lease.getSpec().setHolderIdentity("");
        client.resource(lease).update();
    }
}

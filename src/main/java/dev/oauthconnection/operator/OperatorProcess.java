package dev.oauthconnection.operator;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.observe.Meters;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running operator: its parts, the Java Operator SDK around them, and its end. Step 9 of the redemption is here: who is asked to stop,
 * or loses the lease, begins nothing new and finishes what is in flight before the process ends.
 */
public final class OperatorProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorProcess.class);

    /** Longer than a whole redemption may take; the pod's terminationGracePeriodSeconds is longer still. */
    private static final Duration TERMINATION = Duration.ofSeconds(50);

    /** How long an answer that the API server did not take waits, where no event comes. */
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private static final int CONCURRENCY = 256;

    private final KubernetesClient client;
    private final Configuration configuration;
    private final Operator operator;
    private final Parts parts;
    private final Runnable onEnd;
    private final ServedNamespaces namespaces;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService housekeeper = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("housekeeper").factory());
    private Set<String> refused = Set.of();
    private volatile boolean leading;
    private volatile boolean started;
    private volatile boolean stopping;

    /**
     * @param onEnd called once when the process has to end, since the lease is lost or other namespaces are to be served, and what was in
     *     flight is finished
     */
    public OperatorProcess(KubernetesClient client, Configuration configuration, Parts parts, Runnable onEnd) {
        this.client = client;
        this.configuration = configuration;
        this.parts = parts;
        this.onEnd = onEnd;
        this.namespaces = new ServedNamespaces(client, configuration.scope());
        this.operator = new Operator(overrider -> {
            overrider
                    .withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .withExecutorService(new BoundedExecutor(executor, CONCURRENCY))
                    .withReconciliationTerminationTimeout(TERMINATION)
                    .withMetrics(new FailedLooks(parts.meters()))
                    .withStopOnInformerErrorDuringStartup(false)
                    .withCacheSyncTimeout(Duration.ofMinutes(2))
                    .checkingCRDAndValidateLocalModel(false);
            if (configuration.lease() != null) {
                overrider.withLeaderElectionConfiguration(
                        LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(configuration.lease())
                                .withLeaseNamespace(configuration.namespace())
                                .withIdentity(parts.holder())
                                .withExitOnStopLeading(false)
                                .withLeaderCallbacks(new LeaderCallbacks(this::lead, this::leaseLost, leader -> {}))
                                .build());
            }
        });
        parts.meters().leader(this::isLeading);
    }

    private void configure(ControllerConfigurationOverrider<OAuthConnection> controller) {
        controller
                .withGenerationAware(false)
                .withOnUpdateFilter(asked(configuration.namespace()))
                .withRetry(new GenericRetry()
                        .withoutMaxAttempts()
                        .setInitialInterval(1_000)
                        .setIntervalMultiplier(2)
                        .setMaxInterval(60_000))
                .withFieldManager(Names.MANAGER)
                .withInformerListLimit(500L)
                .withItemStore(new TransformingItemStore<>(OperatorProcess::slim));
        Configuration.Scope scope = configuration.scope();
        if (scope.selector() != null) {
            controller.withLabelSelector(scope.selector());
        }
        if (scope.namespaces().isEmpty()) {
            controller.watchingAllNamespaces();
        } else {
            Set<String> served = new LinkedHashSet<>(scope.namespaces());
            served.removeAll(refused);
            controller.settingNamespaces(served);
        }
    }

    /** What a user (or the garbage collector) asked for, and who serves it; our own status writes are not news. */
    private static OnUpdateFilter<OAuthConnection> asked(String installation) {
        return (now, before) -> !Objects.equals(
                        now.getMetadata().getGeneration(), before.getMetadata().getGeneration())
                || !Objects.equals(
                        now.getMetadata().getDeletionTimestamp(),
                        before.getMetadata().getDeletionTimestamp())
                || !Objects.equals(Observer.requests(now.getMetadata()), Observer.requests(before.getMetadata()))
                || (!Objects.equals(Claims.servedBy(now), Claims.servedBy(before))
                        && !installation.equals(Claims.servedBy(now)));
    }

    /** What of the SDK's own metrics tells something that ours do not. */
    private record FailedLooks(Meters meters) implements Metrics {
        @Override
        public void failedReconciliation(HasMetadata resource, Exception failure, Map<String, Object> metadata) {
            meters.reconciliationFailed();
        }
    }

    private static OAuthConnection slim(OAuthConnection connection) {
        connection.getMetadata().setManagedFields(null);
        if (connection.getMetadata().getAnnotations() != null) {
            connection.getMetadata().getAnnotations().remove("kubectl.kubernetes.io/last-applied-configuration");
        }
        return connection;
    }

    /** Commits what an earlier process of this pod left behind, and begins. Returns once the watches are in step. */
    public void start() {
        parts.recovery().run();
        refused = namespaces.refused();
        operator.register(parts.reconciler(), this::configure);
        operator.start();
        started = true;
        leading |= configuration.lease() == null;
        if (!refused.isEmpty()) {
            LOG.warn(ServedNamespaces.describe(refused));
            housekeeper.scheduleWithFixedDelay(this::lookAtRefused, 30, 30, TimeUnit.SECONDS);
        }
        housekeeper.scheduleWithFixedDelay(this::drain, 0, DRAIN.toMillis(), TimeUnit.MILLISECONDS);
        housekeeper.scheduleWithFixedDelay(this::sweep, 5, 5, TimeUnit.MINUTES);
        LOG.info("the operator has started as {}", parts.holder());
    }

    private void drain() {
        try {
            parts.recovery().drain();
        } catch (RuntimeException e) {
            LOG.warn("the journal could not be gone through; it is tried again", e);
        }
    }

    private void sweep() {
        try {
            parts.invitations().sweep();
        } catch (RuntimeException e) {
            LOG.debug("the sweep of unfinished consents failed; it comes again", e);
        }
    }

    private void lead() {
        leading = true;
        LOG.info("leading");
    }

    private void leaseLost() {
        if (!stopping) {
            end("the lease is lost");
        }
    }

    /** The watches of a process are set up once: a new one serves what may be served now. */
    private void lookAtRefused() {
        try {
            if (!stopping && !namespaces.refused().containsAll(refused)) {
                stopping = true;
                end("a namespace may be served that was refused before");
            }
        } catch (KubernetesClientException e) {
            LOG.debug("the namespaces could not be looked at; it is tried again", e);
        }
    }

    private void end(String why) {
        leading = false;
        parts.connectionMeters().clear();
        parts.inFlight().close();
        LOG.warn("{}: finishing what is in flight, then ending", why);
        Thread.ofPlatform().name("ending").start(() -> {
            awaitInFlight();
            onEnd.run();
        });
    }

    /** Whether this process leads, or is alone. */
    public boolean isLeading() {
        return leading;
    }

    /** Whether the process is worth keeping: it has not started yet, or its watches work. */
    public boolean isLive() {
        return !started || isHealthy();
    }

    /** Whether the watches work; a follower's do too. */
    public boolean isHealthy() {
        return operator.getRuntimeInfo().isStarted()
                && operator.getRuntimeInfo().allEventSourcesAreHealthy();
    }

    /**
     * Begins nothing any more and returns when what is in flight is finished. To be called before the consent pages go, which would cut an
     * exchange off.
     */
    public void finish() {
        stopping = true;
        parts.inFlight().close();
        awaitInFlight();
    }

    /** Stops beginning anything, finishes what is in flight, stores what is in the journal, and gives the lease away. */
    @Override
    public void close() {
        stopping = true;
        housekeeper.shutdown();
        parts.inFlight().close();
        operator.stop();
        awaitInFlight();
        executor.close();
        // The last chance: the journal dies with the pod.
        drain();
        releaseLease();
    }

    /** The SDK lets the lease lapse; the next leader need not wait for that. Where it cannot be given away, it lapses all the same. */
    private void releaseLease() {
        if (configuration.lease() == null || !started) {
            return;
        }
        try {
            Lease lease = client.leases()
                    .inNamespace(configuration.namespace())
                    .withName(configuration.lease())
                    .get();
            if (lease != null && parts.holder().equals(lease.getSpec().getHolderIdentity())) {
                lease.getSpec().setHolderIdentity("");
                client.resource(lease).update();
            }
        } catch (KubernetesClientException e) {
            LOG.info("the lease was not given away (HTTP {})", e.getCode());
        }
    }

    private void awaitInFlight() {
        long until = System.nanoTime() + TERMINATION.toNanos();
        while (!parts.inFlight().isIdle() && System.nanoTime() < until) {
            LockSupport.parkNanos(20_000_000);
        }
    }
}

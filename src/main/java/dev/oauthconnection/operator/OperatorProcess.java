package dev.oauthconnection.operator;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running operator: its parts, the Java Operator SDK around them, and its end. Step 9 of the redemption is here: who is asked to stop,
 * or loses the lease, begins nothing new and finishes what is in flight before the process ends.
 */
public final class OperatorProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorProcess.class);

    /** Longer than a whole redemption may take. */
    private static final Duration TERMINATION = Duration.ofSeconds(50);

    /** All waiting of an end together: of the pod's terminationGracePeriodSeconds, 75, enough is left to store what is in the journal. */
    static final Duration ENDING = Duration.ofSeconds(65);

    private static final int CONCURRENCY = 256;

    private final Configuration configuration;
    private final Operator operator;
    private final Parts parts;
    private final Runnable onEnd;
    private final ServedNamespaces namespaces;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Housekeeping housekeeping;
    private final Thread rehearsal =
            Thread.ofPlatform().daemon().name("rehearsal").unstarted(this::rehearse);
    private final @Nullable ElectionLease lease;
    private final Duration ending;
    private final AtomicReference<@Nullable Deadline> deadline = new AtomicReference<>();
    private Set<String> refused = Set.of();
    private volatile boolean leading;
    private volatile boolean started;
    private volatile boolean stopping;

    /**
     * @param onEnd called once when the process has to end, since the lease is lost or other namespaces are to be served, and what was in
     *     flight is finished
     */
    public OperatorProcess(KubernetesClient client, Configuration configuration, Parts parts, Runnable onEnd) {
        this(client, configuration, parts, onEnd, ENDING);
    }

    /** @param ending how long all waiting of an end together may take */
    OperatorProcess(
            KubernetesClient client, Configuration configuration, Parts parts, Runnable onEnd, Duration ending) {
        this.ending = ending;
        this.configuration = configuration;
        this.parts = parts;
        this.onEnd = onEnd;
        this.namespaces = new ServedNamespaces(client, configuration.scope());
        this.housekeeping = new Housekeeping(parts.recovery());
        this.lease = configuration.lease() == null
                ? null
                : new ElectionLease(
                        client, configuration.namespace(), configuration.lease(), parts.holder(), System::nanoTime);
        this.operator = new Operator(overrider -> {
            overrider
                    .withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .withExecutorService(new BoundedExecutor(executor, CONCURRENCY))
                    .withReconciliationTerminationTimeout(TERMINATION)
                    .withMetrics(new SdkNotices(parts.meters()))
                    .withStopOnInformerErrorDuringStartup(false)
                    .withCacheSyncTimeout(Duration.ofMinutes(2))
                    .checkingCRDAndValidateLocalModel(false);
            Configuration.Lease elected = configuration.lease();
            if (elected != null) {
                overrider.withLeaderElectionConfiguration(
                        LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(elected.name())
                                .withLeaseDuration(elected.duration())
                                .withRenewDeadline(elected.renewDeadline())
                                .withRetryPeriod(elected.retryPeriod())
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

    private static OAuthConnection slim(OAuthConnection connection) {
        connection.getMetadata().setManagedFields(null);
        if (connection.getMetadata().getAnnotations() != null) {
            connection.getMetadata().getAnnotations().remove("kubectl.kubernetes.io/last-applied-configuration");
        }
        return connection;
    }

    /**
     * Begins to store what an earlier process of this pod left behind, and goes on until that worked. It needs neither CRDs nor a namespace
     * that may be served, so it does not wait for them. Returns at once.
     */
    public void recover() {
        if (housekeeping.begin()) {
            rehearsal.start();
        }
    }

    private void rehearse() {
        try {
            Rehearsal.hold(configuration.journal(), () -> stopping);
        } catch (IOException | UncheckedIOException e) {
            LOG.error("the journal cannot be written: check its volume. Answers are stored from memory meanwhile", e);
        }
    }

    /**
     * Begins to serve, once what an earlier process left behind is settled. Returns when the watches are in step.
     *
     * @return false where none of the listed namespaces may be served: nothing was begun, and it may be called again
     */
    public boolean start() {
        recover();
        housekeeping.recover();
        refused = namespaces.refused();
        if (namespaces.isAll(refused)) {
            return false;
        }
        operator.register(parts.reconciler(), this::configure);
        operator.start();
        started = true;
        housekeeping.observing();
        ElectionLease election = lease;
        if (election == null) {
            leading = true;
        } else {
            housekeeping.every(election.round(), "looking at the lease", () -> lookAt(election));
        }
        if (!refused.isEmpty()) {
            LOG.warn(ServedNamespaces.describe(refused));
            housekeeping.every(Duration.ofSeconds(30), "looking at the refused namespaces", this::lookAtRefused);
        }
        housekeeping.every(Duration.ofSeconds(5), "looking at the clock", parts::lookAtClock);
        housekeeping.every(Duration.ofMinutes(5), "the sweep of unfinished consents", parts.invitations()::sweep);
        LOG.info("the operator has started as {}", parts.holder());
        return true;
    }

    private void lookAt(ElectionLease election) {
        if (!stopping && !leading) {
            election.takeFromSilent();
        }
    }

    /** Who is on the way out may still be elected, and leads nothing. */
    private void lead() {
        if (!parts.inFlight().isClosed()) {
            leading = true;
            LOG.info("leading");
        }
    }

    private void leaseLost() {
        if (!stopping) {
            end("the lease is lost");
        }
    }

    /** The watches of a process are set up once: a new one serves what may be served now. */
    private void lookAtRefused() {
        if (!stopping && !namespaces.refused().containsAll(refused)) {
            stopping = true;
            end("a namespace may be served that was refused before");
        }
    }

    private void end(String why) {
        leading = false;
        parts.connectionMeters().clear();
        parts.inFlight().close();
        LOG.warn("{}: finishing what is in flight, then ending", why);
        Thread.ofPlatform().name("ending").start(() -> {
            Deadline.in(TERMINATION).await(parts.inFlight()::isIdle);
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
        deadline().await(parts.inFlight()::isIdle);
    }

    /**
     * Stops beginning anything, finishes what is in flight, stores what is in the journal, and gives the lease away. What does not end by
     * 65 seconds after this or {@link #finish} was first called is left behind; the journal is gone through in any case.
     */
    @Override
    public void close() {
        stopping = true;
        Deadline until = deadline();
        parts.inFlight().close();
        Thread sdk = Thread.ofPlatform().daemon().name("stopping").start(this::stopOperator);
        until.await(() -> !sdk.isAlive());
        until.await(() -> !rehearsal.isAlive());
        until.await(parts.inFlight()::isIdle);
        until.end(executor);
        housekeeping.close(until);
        if (lease != null && started) {
            lease.giveAway();
        }
    }

    private Deadline deadline() {
        deadline.compareAndSet(null, Deadline.in(ending));
        return Objects.requireNonNull(deadline.get());
    }

    private void stopOperator() {
        try {
            operator.stop();
        } catch (RuntimeException e) {
            LOG.warn("the watches did not end as they should", e);
        }
    }
}

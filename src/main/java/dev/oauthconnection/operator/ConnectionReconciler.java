package dev.oauthconnection.operator;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionSpec.OnDelete;
import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.consent.LateGrants;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.grant.GrantStore.StoreUnavailable;
import dev.oauthconnection.lifecycle.Decision;
import dev.oauthconnection.lifecycle.Lifecycle;
import dev.oauthconnection.lifecycle.Observed;
import dev.oauthconnection.lifecycle.Trouble;
import dev.oauthconnection.observe.ConnectionMeters;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Observe, decide, act, and look again; at rest, record. */
@ControllerConfiguration(
        name = "oauthconnection",
        generationAwareEventProcessing = false,
        triggerReconcilerOnAllEvents = true)
public final class ConnectionReconciler implements Reconciler<OAuthConnection> {
    /** Enough for every path: grant, redeem, deliver; then somebody else is at work and a pause is due. */
    private static final int ACTS = 6;

    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(Names.MANAGER)
            .withForce(true)
            .build();

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** The end of another installation's claim is watched; this is for what a watch may miss. */
    private static final Duration CLAIM_LOOKED_AT_AGAIN = Duration.ofMinutes(5);

    /** What stands in a consent's way is not watched. */
    private static final Duration OBSTACLE_LOOKED_AT_AGAIN = Duration.ofSeconds(30);

    private final Claims claims;
    private final Cluster cluster;
    private final Sources sources;
    private final Observer observer;
    private final Actions actions;
    private final Endings endings;
    private final Invitations invitations;
    private final Leftovers leftovers;
    private final LateGrants lateGrants;
    private final InFlight inFlight;
    private final Alarms alarms;
    private final Propagation propagation;
    private final ConnectionMeters meters;
    private final InstantSource clock;

    ConnectionReconciler(
            Claims claims,
            Cluster cluster,
            Sources sources,
            Observer observer,
            Actions actions,
            Endings endings,
            Invitations invitations,
            Leftovers leftovers,
            LateGrants lateGrants,
            InFlight inFlight,
            Alarms alarms,
            Propagation propagation,
            ConnectionMeters meters,
            InstantSource clock) {
        this.claims = claims;
        this.cluster = cluster;
        this.sources = sources;
        this.observer = observer;
        this.actions = actions;
        this.endings = endings;
        this.invitations = invitations;
        this.leftovers = leftovers;
        this.lateGrants = lateGrants;
        this.inFlight = inFlight;
        this.alarms = alarms;
        this.propagation = propagation;
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public List<EventSource<?, OAuthConnection>> prepareEventSources(EventSourceContext<OAuthConnection> context) {
        return sources.prepare(context);
    }

    @Override
    public UpdateControl<OAuthConnection> reconcile(OAuthConnection connection, Context<OAuthConnection> context) {
        if (inFlight.isClosed()) {
            return UpdateControl.<OAuthConnection>noUpdate().rescheduleAfter(PAUSE);
        }
        if (context.isPrimaryResourceDeleted()) {
            gone(connection, context);
            return UpdateControl.noUpdate();
        }
        boolean deleted = connection.getMetadata().getDeletionTimestamp() != null;
        if (deleted && !connection.getMetadata().getFinalizers().contains(Names.FINALIZER)) {
            return UpdateControl.noUpdate();
        }
        Optional<OAuthConnection> claimed = claims.claim(connection);
        if (claimed.isEmpty()) {
            unserved(connection);
            return UpdateControl.<OAuthConnection>noUpdate().rescheduleAfter(CLAIM_LOOKED_AT_AGAIN);
        }
        OAuthConnection ours = claimed.get();
        if (ours != connection) {
            remember(ours, connection, context);
        }
        GrantKey key = cluster.keyOf(ours);
        if (!deleted) {
            keepFinalizer(ours, context);
        }
        try {
            return carryOn(new Run(ours, key), context);
        } catch (StoreUnavailable e) {
            return UpdateControl.<OAuthConnection>noUpdate().rescheduleAfter(PAUSE.multipliedBy(5));
        }
    }

    /** The SDK hands out what it has of that name, which is the new one where the connection was created anew. */
    private void gone(OAuthConnection connection, Context<OAuthConnection> context) {
        var thereAgain = context.getPrimaryCache().get(ResourceID.fromResource(connection));
        try {
            endings.gone(connection, cluster.keyOf(connection), thereAgain.isPresent());
        } catch (KubernetesClientException e) {
            // Its namespace went first: nobody can use what is left, and a namespace of that name is another one.
        }
        cluster.forget(connection);
        claims.forget(connection);
        actions.forget(connection);
        unserved(connection);
    }

    /** It is gone, or another installation's, which counts it and tells its pods. */
    private void unserved(OAuthConnection connection) {
        propagation.forget(connection);
        meters.gone(
                connection.getMetadata().getNamespace(),
                connection.getMetadata().getName());
    }

    private UpdateControl<OAuthConnection> carryOn(Run run, Context<OAuthConnection> context) {
        leftovers.takeUp(
                entry -> entry.key().equals(run.key()) && !lateGrants.holdsBack(entry),
                entry -> actions.commitJournaled(entry, run.connection()));
        for (int act = 0; act < ACTS; act++) {
            Observed observed = observer.observe(run, sources.tokenSecret(run.connection()));
            if (inFlight.isClosed()) {
                // The watches may be gone, and what they do not show is there all the same.
                break;
            }
            Decision decision = Lifecycle.decide(observed, clock.instant());
            if (decision instanceof Decision.Rest rest) {
                return record(run.connection(), observed, rest, context);
            }
            actions.carryOut(decision, run, observed);
            if (decision instanceof Decision.ReleaseFinalizer) {
                return UpdateControl.noUpdate();
            }
        }
        return UpdateControl.<OAuthConnection>noUpdate().rescheduleAfter(PAUSE);
    }

    private UpdateControl<OAuthConnection> record(
            OAuthConnection connection, Observed observed, Decision.Rest rest, Context<OAuthConnection> context) {
        Instant now = clock.instant();
        Decision.Verdict verdict = rest.verdict();
        @Nullable String consentUrl = null;
        @Nullable Instant until = rest.until();
        if (verdict.asksConsent()) {
            Optional<Trouble> obstacle = invitations.ensure(connection);
            consentUrl = obstacle.isPresent() ? null : invitations.url(connection);
            verdict =
                    obstacle.map(trouble -> obstructed(rest.verdict(), trouble)).orElse(verdict);
            until = obstacle.isPresent() ? earlier(until, now.plus(OBSTACLE_LOOKED_AT_AGAIN)) : until;
        }
        Optional<String> slow = propagation.look(connection, () -> sources.tokenSecret(connection));
        verdict = slow.isPresent() ? remarked(verdict, slow.get()) : verdict;
        OAuthConnectionStatus status = Statuses.of(connection, observed, verdict, consentUrl, now);
        if (!Statuses.same(connection.getStatus(), status)) {
            write(connection, status, context);
            alarms.told(connection, status, verdict, observed.grant(), now);
        }
        meters.seen(
                connection.getMetadata().getNamespace(),
                connection.getMetadata().getName(),
                Statuses.sight(status, verdict, observed));
        UpdateControl<OAuthConnection> control = UpdateControl.noUpdate();
        Instant look = sources.unwatched().map(now::plus).orElse(null);
        until = earlier(until, look);
        if (until == null) {
            return control;
        }
        Duration pause = Duration.between(now, until);
        return control.rescheduleAfter(pause.compareTo(Duration.ofMillis(200)) < 0 ? Duration.ofMillis(200) : pause);
    }

    /** The token is as good as it was; pods only see it later than was asked for. */
    private static Decision.Verdict remarked(Decision.Verdict verdict, String remark) {
        return verdict.ready() != Decision.Ready.True
                ? verdict
                : new Decision.Verdict(
                        verdict.ready(),
                        verdict.reason(),
                        verdict.message() + "; " + remark,
                        verdict.reconciling(),
                        verdict.stalled(),
                        verdict.asksConsent(),
                        verdict.nextRefresh());
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        return one == null || (other != null && other.isBefore(one)) ? other : one;
    }

    /** There is nowhere to put the pairing code: only a person can help. */
    private static Decision.Verdict obstructed(Decision.Verdict verdict, Trouble obstacle) {
        boolean ready = verdict.ready() == Decision.Ready.True;
        return new Decision.Verdict(
                verdict.ready(),
                ready ? verdict.reason() : obstacle.reason(),
                ready ? verdict.message() : obstacle.message(),
                false,
                obstacle,
                true,
                verdict.nextRefresh());
    }

    /** The finalizer is there for onDelete: Revoke and for nothing else. */
    private static void keepFinalizer(OAuthConnection connection, Context<OAuthConnection> context) {
        boolean wanted = connection.getSpec().onDelete() == OnDelete.Revoke;
        if (wanted == connection.getMetadata().getFinalizers().contains(Names.FINALIZER)) {
            return;
        }
        if (wanted) {
            PrimaryUpdateAndCacheUtils.addFinalizer(context.getClient(), connection, Names.FINALIZER);
        } else {
            PrimaryUpdateAndCacheUtils.removeFinalizer(context.getClient(), connection, Names.FINALIZER);
        }
    }

    /** Not by the UpdateControl: the SDK would go on with the copy from before, and the run that our own writes cause would write again. */
    private static void write(
            OAuthConnection connection, OAuthConnectionStatus status, Context<OAuthConnection> context) {
        try {
            OAuthConnection written = context.getClient()
                    .resource(statusOnly(connection, status))
                    .subresource("status")
                    .patch(APPLY);
            remember(written, connection, context);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            // Deleted meanwhile: nobody reads it.
        }
    }

    private static void remember(OAuthConnection written, OAuthConnection before, Context<OAuthConnection> context) {
        context.eventSourceRetriever()
                .getControllerEventSource()
                .handleRecentResourceUpdate(ResourceID.fromResource(written), written, before);
    }

    /** Server-side apply takes what it is given as all that we want: the status without the claim, and nothing of the spec. */
    private static OAuthConnection statusOnly(OAuthConnection connection, OAuthConnectionStatus status) {
        OAuthConnection fresh = new OAuthConnection();
        fresh.getMetadata().setName(connection.getMetadata().getName());
        fresh.getMetadata().setNamespace(connection.getMetadata().getNamespace());
        fresh.setStatus(new OAuthConnectionStatus(
                status.observedGeneration(),
                status.conditions(),
                status.consent(),
                status.token(),
                status.handled(),
                null));
        return fresh;
    }
}

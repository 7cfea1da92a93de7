package dev.oauthconnection.operator;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.consent.LateGrants;
import dev.oauthconnection.delivery.Mark;
import dev.oauthconnection.delivery.SecretRights;
import dev.oauthconnection.delivery.TokenSecrets;
import dev.oauthconnection.grant.FolderJournal;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.grant.GrantStore;
import dev.oauthconnection.grant.HandledRequests;
import dev.oauthconnection.grant.LastingJournal;
import dev.oauthconnection.grant.NewGrants;
import dev.oauthconnection.grant.Redemption;
import dev.oauthconnection.keeper.KeeperClient;
import dev.oauthconnection.keeper.Way;
import dev.oauthconnection.network.Outbound;
import dev.oauthconnection.network.ProviderNetwork;
import dev.oauthconnection.oauth.BoundedHttp;
import dev.oauthconnection.oauth.IdTokens;
import dev.oauthconnection.oauth.IssuerCircuit;
import dev.oauthconnection.oauth.OkHttpTokenEndpoint;
import dev.oauthconnection.oauth.Revocation;
import dev.oauthconnection.oauth.TokenEndpoint;
import dev.oauthconnection.observe.ConnectionMeters;
import dev.oauthconnection.observe.Events;
import dev.oauthconnection.observe.Meters;
import dev.oauthconnection.operator.Configuration.Feature;
import dev.oauthconnection.provider.Catalogue;
import dev.oauthconnection.provider.Clients;
import dev.oauthconnection.provider.Discovery;
import dev.oauthconnection.provider.ProviderResolver;
import dev.oauthconnection.provider.Providers;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import okhttp3.OkHttpClient;
import org.slf4j.LoggerFactory;

/** The parts of an operator, put together once. What the consent endpoint shares with the reconciler is handed out here. */
public final class Parts {
    private static final Duration CALL = OkHttpTokenEndpoint.DEFAULT_CALL_TIMEOUT;

    private final Providers providers;
    private final Clients clients;
    private final TokenEndpoint tokenEndpoint;
    private final NewGrants newGrants;
    private final Cluster cluster;
    private final InFlight inFlight;
    private final Recovery recovery;
    private final Invitations invitations;
    private final ConnectionReconciler reconciler;
    private final BoundedHttp http;
    private final Meters meters;
    private final ConnectionMeters connectionMeters;
    private final LateGrants lateGrants;
    private final Events events;
    private final GrantStore store;
    private final Sources sources;
    private final ClockWatch clockWatch;

    public Parts(
            KubernetesClient client,
            Configuration configuration,
            OkHttpClient base,
            InstantSource clock,
            MeterRegistry registry,
            Invitations invitations) {
        this.invitations = invitations;
        this.cluster = new Cluster(client, configuration.namespace());
        this.inFlight = new InFlight(configuration.podUid());
        Outbound network = new ProviderNetwork(base, configuration.network().addressRules());
        this.http = new BoundedHttp(network, CALL);
        Revocation revocation = new Revocation(http);
        this.tokenEndpoint = new OkHttpTokenEndpoint(network, CALL, clock);
        GrantCache grants = new GrantCache(System::nanoTime);
        SecretRights rights = configuration.scope().rights();
        TokenSecrets tokens = new TokenSecrets(client, rights);
        Clients byName = new KubernetesClients(client, rights);
        this.clients = rights.mayList() ? byName : new NamedClients(byName, tokens, rights);
        this.sources = new Sources(configuration, grants, tokens);
        this.clockWatch = new ClockWatch(clock, System::nanoTime);
        this.providers = new ProviderResolver(
                sources::provider,
                new Catalogue(),
                new Discovery(http, clock),
                configuration.network().loopbackHttpAllowed(),
                new KubernetesCaBundles(client, clock));
        this.store = new RememberingStore(new GrantSecrets(client, configuration.namespace()), grants);
        LastingJournal journal = new LastingJournal(
                new FolderJournal(configuration.journal(), (kept, problem) -> LoggerFactory.getLogger(Parts.class)
                        .error("a journal entry cannot be read, it is kept as {}: {}", kept, problem)));
        IssuerCircuit circuit = new IssuerCircuit(clock, IssuerCircuit.DEFAULT_CONCURRENCY);
        KeeperClient keeper = new KeeperClient(configuration.journal(), way(configuration.network()));
        Redemption redemption =
                new Redemption(new RedemptionPorts(store, journal, tokenEndpoint, keeper, circuit, clock));
        this.newGrants = new NewGrants(redemption, store, surroundings(client, tokens));
        RetryMemory memory = new RetryMemory();
        this.events = new Events(client, clock, inFlight.holder());
        this.lateGrants = new LateGrants(revocation::revoke, store, redemption, providers, clients, clock, events);
        Endings endings = new Endings(
                client, configuration.namespace(), store, grants, tokens, revocation, memory, clock, events);
        this.meters = new Meters(registry);
        this.connectionMeters =
                new ConnectionMeters(registry, clock, configuration.features().contains(Feature.ExpiryMetrics));
        Alarms alarms = new Alarms(events, meters);
        DueTimes dueTimes = new DueTimes();
        Actions actions = new Actions(
                store,
                redemption,
                grants,
                new Publication(
                        store, grants, tokens, new IdTokens(http, clock), memory, dueTimes, clock, events, meters),
                new Beginnings(client, rights, store, newGrants, tokens, memory, clock),
                endings,
                lateGrants,
                memory,
                dueTimes,
                inFlight,
                clock,
                events,
                alarms,
                meters);
        Leftovers leftovers = new Leftovers(journal, inFlight);
        meters.journal(leftovers::waiting);
        this.recovery = new Recovery(
                client,
                configuration.namespace(),
                store,
                journal,
                leftovers,
                redemption,
                actions,
                lateGrants,
                inFlight,
                keeper);
        Observer observer =
                new Observer(cluster, providers, clients, store, grants, memory, circuit, inFlight, journal, clock);
        this.reconciler = new ConnectionReconciler(
                new Claims(client, configuration.namespace(), events),
                cluster,
                sources,
                observer,
                actions,
                endings,
                invitations,
                leftovers,
                lateGrants,
                inFlight,
                alarms,
                new Propagation(
                        client,
                        configuration.features().contains(Configuration.Feature.EagerPropagation),
                        sources::wake,
                        events,
                        meters),
                connectionMeters,
                clock);
    }

    private static Way way(Configuration.Network network) {
        return Way.of(System.getenv(), network.loopbackHttpAllowed(), network.allowedAddresses());
    }

    /** What a new grant asks about its connection, read from the cluster at that moment. */
    private static NewGrants.Surroundings surroundings(KubernetesClient client, TokenSecrets tokens) {
        return new NewGrants.Surroundings() {
            @Override
            public long markedEpoch(GrantKey key) {
                return connection(key)
                        .flatMap(tokens::find)
                        .flatMap(Mark::of)
                        .map(Mark::epoch)
                        .orElse(0L);
            }

            @Override
            public HandledRequests requested(GrantKey key) {
                Map<String, String> annotations = connection(key)
                        .map(c -> c.getMetadata().getAnnotations())
                        .orElse(Map.of());
                return new HandledRequests(
                        annotations.get(Names.REFRESH_REQUESTED), annotations.get(Names.REVOKE_REQUESTED));
            }

            private Optional<OAuthConnection> connection(GrantKey key) {
                return Optional.ofNullable(client.resources(OAuthConnection.class)
                        .inNamespace(key.namespace())
                        .withName(key.name())
                        .get());
            }
        };
    }

    public Providers providers() {
        return providers;
    }

    public Clients clients() {
        return clients;
    }

    public TokenEndpoint tokenEndpoint() {
        return tokenEndpoint;
    }

    public NewGrants newGrants() {
        return newGrants;
    }

    public Cluster cluster() {
        return cluster;
    }

    public BoundedHttp http() {
        return http;
    }

    public LateGrants lateGrants() {
        return lateGrants;
    }

    /** Whether a connection has a grant that can be used. Asks the API server. */
    public boolean hasGrant(OAuthConnection connection) {
        return store.read(cluster.keyOf(connection))
                .filter(stored -> !stored.grant().isRevoked())
                .isPresent();
    }

    public Events events() {
        return events;
    }

    Meters meters() {
        return meters;
    }

    ConnectionMeters connectionMeters() {
        return connectionMeters;
    }

    InFlight inFlight() {
        return inFlight;
    }

    /** How this process signs its intents and its lease. */
    public String holder() {
        return inFlight.holder();
    }

    /** To be called every few seconds: timers of the SDK go by the wall clock, and are late by as much as it was set back. */
    void lookAtClock() {
        Duration set = clockWatch.setBy();
        if (!set.isZero()) {
            LoggerFactory.getLogger(Parts.class)
                    .warn(
                            "the clock was set by {} s, or the machine was suspended: every connection is looked at again",
                            set.toSeconds());
            sources.wakeAll();
        }
    }

    Invitations invitations() {
        return invitations;
    }

    Recovery recovery() {
        return recovery;
    }

    ConnectionReconciler reconciler() {
        return reconciler;
    }
}

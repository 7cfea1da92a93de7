package dev.oauthconnection.operator;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.delivery.Mark;
import dev.oauthconnection.delivery.TokenSecrets;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.grant.GrantStore;
import dev.oauthconnection.grant.GrantStore.Stored;
import dev.oauthconnection.grant.HolderEnd;
import dev.oauthconnection.grant.Intent;
import dev.oauthconnection.grant.Journal;
import dev.oauthconnection.grant.Takeover;
import dev.oauthconnection.lifecycle.ConnectionSettings;
import dev.oauthconnection.lifecycle.Observed;
import dev.oauthconnection.lifecycle.Retry;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.oauth.IssuerCircuit;
import dev.oauthconnection.provider.ClientResolution;
import dev.oauthconnection.provider.Clients;
import dev.oauthconnection.provider.ProviderResolution;
import dev.oauthconnection.provider.Providers;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Collects all that a decision about a connection depends on. Reads caches, but for the client's Secret. */
final class Observer {
    private final Cluster cluster;
    private final Providers providers;
    private final Clients clients;
    private final GrantStore store;
    private final GrantCache grants;
    private final RetryMemory memory;
    private final IssuerCircuit circuit;
    private final InFlight inFlight;
    private final Journal journal;
    private final InstantSource clock;

    Observer(
            Cluster cluster,
            Providers providers,
            Clients clients,
            GrantStore store,
            GrantCache grants,
            RetryMemory memory,
            IssuerCircuit circuit,
            InFlight inFlight,
            Journal journal,
            InstantSource clock) {
        this.cluster = cluster;
        this.providers = providers;
        this.clients = clients;
        this.store = store;
        this.grants = grants;
        this.memory = memory;
        this.circuit = circuit;
        this.inFlight = inFlight;
        this.journal = journal;
        this.clock = clock;
    }

    /** @param tokenSecret as the watch has it */
    Observed observe(Run run, Optional<Secret> tokenSecret) {
        OAuthConnection connection = run.connection();
        GrantKey key = run.key();
        ObjectMeta metadata = connection.getMetadata();
        ProviderResolution provider =
                providers.resolve(connection.getSpec().provider().name());
        ClientResolution client = provider instanceof ProviderResolution.Resolved(var resolved)
                ? run.client(() -> clients.resolve(connection, resolved))
                : null;
        Optional<Stored> stored = stored(key, metadata.getUid());
        Grant grant = stored.map(Stored::grant).orElse(null);
        String inputs = fingerprint(connection, provider, client);
        if (grant != null) {
            memory.sees(metadata.getUid(), grant.id());
            if (grant.isRefused()) {
                memory.restsWith(metadata.getUid(), inputs);
            }
        }
        return new Observed(
                metadata.getUid(),
                ConnectionSettings.of(connection.getSpec()),
                requests(metadata),
                deletion(metadata),
                provider,
                client,
                inputs,
                grant,
                stored.map(Stored::released).orElse(0L),
                stored.map(Stored::rebind).orElse(""),
                tokenView(connection, tokenSecret, run.delivered()),
                sight(key, grant),
                circuit(provider),
                memory.redemption(metadata.getUid()),
                memory.delivery(metadata.getUid()));
    }

    /** What the watch tells of the grant; where somebody edited that, what the grant Secret itself says. */
    private Optional<Stored> stored(GrantKey key, String uid) {
        if (!grants.isUnsummarized(key)) {
            return grants.get(key);
        }
        try {
            store.read(key);
        } catch (GrantStore.Unreadable e) {
            memory.unreadable(uid, e, clock.instant());
        }
        return grants.get(key);
    }

    private IssuerCircuit.@Nullable Refusal circuit(ProviderResolution provider) {
        return provider instanceof ProviderResolution.Resolved(var resolved)
                ? circuit.refusesFor(RedemptionPorts.issuerOf(resolved.tokenEndpoint()))
                        .orElse(null)
                : null;
    }

    static Observed.Requests requests(ObjectMeta metadata) {
        Map<String, String> annotations = Objects.requireNonNullElse(metadata.getAnnotations(), Map.of());
        return new Observed.Requests(annotations.get(Names.REFRESH_REQUESTED), annotations.get(Names.REVOKE_REQUESTED));
    }

    private Observed.@Nullable Deletion deletion(ObjectMeta metadata) {
        if (metadata.getDeletionTimestamp() == null) {
            return null;
        }
        Namespace namespace = cluster.namespace(metadata.getNamespace());
        boolean terminating = namespace == null || namespace.getMetadata().getDeletionTimestamp() != null;
        return new Observed.Deletion(Instant.parse(metadata.getDeletionTimestamp()), terminating);
    }

    private Takeover.Sight sight(GrantKey key, @Nullable Grant grant) {
        Intent intent = grant == null ? null : grant.intent();
        if (intent == null) {
            return new Takeover.Sight(Duration.ZERO, HolderEnd.NotKnown);
        }
        Duration seenFor = grants.seenFor(key, intent);
        // An answer that is still in the journal is not lost: it is committed before anything else. Looked at last:
        // what ends in between is there.
        boolean kept = inFlight.isAtWork(intent.nonce())
                || journal.entries().stream().anyMatch(e -> e.nonce().equals(intent.nonce()));
        HolderEnd holder = inFlight.endOf(intent, kept, false);
        boolean asks = intent.ended() == null && seenFor.compareTo(intent.fence()) >= 0;
        if (holder == HolderEnd.NotKnown && asks) {
            holder = inFlight.endOf(intent, kept, cluster.isPodOver(intent.holder()));
        }
        return new Takeover.Sight(seenFor, holder);
    }

    private Observed.@Nullable TokenView tokenView(
            OAuthConnection connection, Optional<Secret> tokenSecret, Optional<Mark> delivered) {
        Optional<Mark> watched = tokenSecret.flatMap(Mark::of);
        boolean fresh = delivered
                .filter(own -> own.epoch() >= watched.map(Mark::epoch).orElse(0L))
                .isPresent();
        Mark newest = (fresh ? delivered : watched).orElse(null);
        if (newest == null) {
            return null;
        }
        OAuthConnectionStatus status = connection.getStatus();
        boolean described = status != null
                && Objects.equals(
                        status.observedGeneration(), connection.getMetadata().getGeneration());
        // A delivery that failed left the Secret as it was: whole, and not what the spec asks for.
        boolean failed = !memory.delivery(connection.getMetadata().getUid()).equals(Retry.NONE)
                || Statuses.saysUndelivered(status);
        boolean current = fresh
                || (described
                        && !failed
                        && tokenSecret.filter(s -> !TokenSecrets.drifted(s)).isPresent());
        return new Observed.TokenView(newest.grantId(), newest.epoch(), current, Statuses.expiresAt(status));
    }

    /** Changes when client, provider or spec do; kept in memory only. */
    private static String fingerprint(
            OAuthConnection connection, ProviderResolution provider, @Nullable ClientResolution client) {
        String secret = client instanceof ClientResolution.Resolved(Client c) ? c.id() + "\n" + c.secret() : "";
        return Integer.toHexString(Objects.hash(connection.getMetadata().getGeneration(), provider, secret));
    }
}

package dev.oauthconnection.operator;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.consent.ConsentService;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.grant.GrantStore.Stored;
import dev.oauthconnection.local.embedded.EmbeddedKubernetes;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayInputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The real operator in this process, on the embedded API, with a clock that tests move. It remembers every
 * status that was written, and searches what others may read for secrets when it ends. */
final class OperatorWorld implements AutoCloseable {
    static final String OPERATOR_NAMESPACE = EmbeddedKubernetes.OPERATOR_NAMESPACE;

    final MovableClock clock = new MovableClock();
    final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    final KubernetesClient client;
    final BrokenApi api = new BrokenApi();
    private final Everything everything = Everything.startReading();
    private final EmbeddedKubernetes kubernetes;
    private final Path folder;
    private final Configuration.Network network;
    private final Watch historian;
    private final List<ScriptedProvider> providers = new ArrayList<>();
    private final Map<String, List<OAuthConnectionStatus>> history = new ConcurrentHashMap<>();
    private @Nullable OperatorProcess operator;
    private @Nullable KubernetesClient operatorClient;
    private @Nullable InFlight inFlight;
    private @Nullable Recovery recovery;
    private @Nullable ConsentService consents;

    private OperatorWorld(Path folder, Configuration.Network network) {
        this.kubernetes = EmbeddedKubernetes.open(folder.resolve("kube"), clock);
        this.client = kubernetes.client();
        this.folder = folder;
        this.network = network;
        historian = client.resources(OAuthConnection.class).inAnyNamespace().watch(new Historian());
    }

    private static Configuration configuration(Path folder, Configuration.Network network, Configuration.Scope scope) {
        return new Configuration(
                OPERATOR_NAMESPACE,
                scope,
                "pod",
                folder.resolve("journal"),
                URI.create("http://localhost:5500"),
                URI.create("http://localhost:5500/code"),
                network,
                Set.of(Configuration.Feature.ExpiryMetrics),
                null);
    }

    /** Starts the operator as in local mode: providers may be http on loopback. */
    static OperatorWorld start(Path folder) {
        return start(folder, true);
    }

    static OperatorWorld start(Path folder, boolean loopbackHttpAllowed) {
        return start(folder, new Configuration.Network(loopbackHttpAllowed, List.of()));
    }

    static OperatorWorld start(Path folder, Configuration.Network network) {
        OperatorWorld world = new OperatorWorld(folder, network);
        world.startOperator();
        return world;
    }

    void startOperator() {
        launchOperator().start();
    }

    /** A process that has not begun anything yet. */
    OperatorProcess launchOperator() {
        return launchOperator(Configuration.Scope.ALL, OperatorProcess.ENDING);
    }

    /** The same with these connections alone, and with this time for its end. */
    OperatorProcess launchOperator(Configuration.Scope scope, Duration ending) {
        Configuration configuration = configuration(folder, network, scope);
        KubernetesClient own = api.client(client);
        ConsentDesk desk = new ConsentDesk(own, configuration, clock);
        Parts parts = new Parts(own, configuration, new OkHttpClient(), clock, registry, desk);
        inFlight = parts.inFlight();
        recovery = parts.recovery();
        consents = desk.service(parts);
        operatorClient = own;
        operator = new OperatorProcess(own, configuration, parts, () -> {}, ending);
        return operator;
    }

    void stopOperator() {
        Objects.requireNonNull(operator).close();
        Objects.requireNonNull(operatorClient).close();
        operator = null;
    }

    /** What the operator that was started last is at work on. */
    InFlight inFlight() {
        return Objects.requireNonNull(inFlight);
    }

    /** What the operator that was started last does every few seconds. */
    Recovery recovery() {
        return Objects.requireNonNull(recovery);
    }

    /** The consents of the operator that was started last, without pages. */
    ConsentService consents() {
        return Objects.requireNonNull(consents);
    }

    ScriptedProvider provider(String name) {
        return keep(new ScriptedProvider(name));
    }

    private ScriptedProvider keep(ScriptedProvider provider) {
        providers.add(provider);
        return provider;
    }

    /** A connection of this name with a provider, a client Secret and an existing grant of its own; nothing is applied yet. */
    LiveConnection connection(String name) {
        return new LiveConnection(this, name, provider(name));
    }

    /** The same with a provider that listens there. */
    LiveConnection connection(String name, ServerSocket listener) {
        return new LiveConnection(this, name, keep(new ScriptedProvider(name, listener)));
    }

    /** What {@code kubectl apply} does with these manifests. */
    void apply(String manifests) {
        client.load(new ByteArrayInputStream(manifests.getBytes(StandardCharsets.UTF_8)))
                .items()
                .forEach(item -> client.resource(item).createOr(existing -> existing.update()));
    }

    void secret(String name, Map<String, String> data) {
        Secret secret = new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .withStringData(data)
                .build();
        client.resource(secret).createOr(existing -> existing.update());
    }

    void deleteSecret(String name) {
        client.secrets().inNamespace("default").withName(name).delete();
    }

    Optional<Secret> findSecret(String name) {
        return Optional.ofNullable(
                client.secrets().inNamespace("default").withName(name).get());
    }

    static PatchContext mergePatch() {
        return PatchContext.of(PatchType.JSON_MERGE);
    }

    /** The stored grant, tokens included. */
    Optional<Grant> grant(GrantKey key) {
        return new GrantSecrets(client, OPERATOR_NAMESPACE).read(key).map(Stored::grant);
    }

    /** Every status that was written for a connection of this name, oldest first. */
    List<OAuthConnectionStatus> history(String connection) {
        return history.computeIfAbsent(connection, name -> new CopyOnWriteArrayList<>());
    }

    @Override
    public void close() throws Exception {
        if (operator != null) {
            stopOperator();
        }
        for (ScriptedProvider provider : providers) {
            provider.close();
        }
        try {
            everything.holdsNoSecret(client, history.values(), registry);
        } finally {
            historian.close();
            kubernetes.close();
        }
    }

    private final class Historian implements Watcher<OAuthConnection> {
        @Override
        public void eventReceived(Action action, OAuthConnection connection) {
            // A claim alone tells nobody anything yet.
            if (connection.getStatus() != null && connection.getStatus().conditions() != null) {
                history(connection.getMetadata().getName()).add(connection.getStatus());
            }
        }

        @Override
        public void onClose(WatcherException cause) {}
    }
}

package dev.oauthconnection.local;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.grant.GrantStore;
import dev.oauthconnection.local.embedded.EmbeddedKubernetes;
import dev.oauthconnection.local.playground.Playground;
import dev.oauthconnection.local.server.Ports;
import dev.oauthconnection.local.server.ScopeCheck;
import dev.oauthconnection.local.server.TokenServer;
import dev.oauthconnection.local.server.TokenServerSettings;
import dev.oauthconnection.network.EnvironmentProxy;
import dev.oauthconnection.oauth.AccountsEndpoint;
import dev.oauthconnection.operator.Configuration;
import dev.oauthconnection.operator.ConsentDesk;
import dev.oauthconnection.operator.OperatorProcess;
import dev.oauthconnection.operator.Parts;
import dev.oauthconnection.provider.ProviderResolution;
import dev.oauthconnection.provider.Providers;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.function.Consumer;
import okhttp3.OkHttpClient;

/**
 * The operator without a cluster: the same operator on an embedded Kubernetes API, with a token server for programs on this machine and,
 * for trying it, an authorization server of its own.
 */
public final class LocalMode implements AutoCloseable {
    /** The connection that the token server serves. */
    static final String CONNECTION = "local";

    private static final String NAMESPACE = "default";
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final LocalSettings settings;
    private final InstantSource clock;
    private boolean firstConsentMissing;

    /** Nothing can be started with these settings, for a reason that the user can change; the message says which. */
    public static final class CannotStart extends RuntimeException {
        private static final long serialVersionUID = 1;

        CannotStart(String message) {
            super(message);
        }
    }

    private LocalMode(LocalSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Starts everything and returns when the token server answers.
     *
     * @param listener is told what happens, as it happens
     * @throws CannotStart when another process uses the folder, the port is taken, or the scopes differ from the grant's
     */
    public static LocalMode start(LocalSettings settings, InstantSource clock, Consumer<Ports.Activity.Line> listener)
            throws IOException {
        LocalMode mode = new LocalMode(settings, clock);
        try {
            mode.start(listener);
            return mode;
        } catch (IOException | RuntimeException e) {
            mode.close();
            throw e;
        }
    }

    private void start(Consumer<Ports.Activity.Line> listener) throws IOException {
        EmbeddedKubernetes kubernetes = openFolder();
        requireFreePorts();
        KubernetesClient client = keep(kubernetes.client());
        Configuration configuration = configuration();
        ConsentDesk desk = new ConsentDesk(client, configuration, clock);
        OkHttpClient http = proxied();
        Parts parts = new Parts(client, configuration, http, clock, new SimpleMeterRegistry(), desk);
        Activity activity = new Activity(clock, listener);
        TokenServer server = new TokenServer(
                tokenServer(),
                client,
                new Ports(
                        new OperatorConsent(desk.service(parts)),
                        grants(client, parts),
                        accounts(new AccountsEndpoint(parts.http()), parts.providers()),
                        activity),
                clock);
        if (server.prepare() instanceof ScopeCheck.Differs differs) {
            throw new CannotStart(differs.message());
        }
        plant(new Seeds(client, settings, CONNECTION));
        firstConsentMissing = !hasGrant(client, parts, NAMESPACE, CONNECTION);
        keep(activity).watch(client);
        OperatorProcess process = keep(new OperatorProcess(client, configuration, parts, () -> {}));
        process.start();
        keep(server.start());
        // The server takes the answers to consents, so it goes only after the exchanges that it began.
        open.push(process::finish);
    }

    private void plant(Seeds seeds) throws IOException {
        if (settings.isPlayground()) {
            Playground playground = keep(Playground.start(seeds.playground(), clock));
            seeds.plantPlayground(playground.issuer());
        } else {
            seeds.plantProvider();
        }
        seeds.plantManifests();
        seeds.settleProvider();
    }

    private static OkHttpClient proxied() {
        try {
            return EnvironmentProxy.of(System.getenv()).client();
        } catch (IllegalArgumentException e) {
            throw new CannotStart(String.valueOf(e.getMessage()));
        }
    }

    private EmbeddedKubernetes openFolder() {
        try {
            return keep(EmbeddedKubernetes.open(settings.folder(), clock));
        } catch (IllegalStateException e) {
            throw new CannotStart(String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            throw new CannotStart("the folder " + settings.folder() + " cannot be used: " + e.getMessage()
                    + ". Choose another with --folder");
        }
    }

    /** Tried before anything is changed or started, so that a port that is taken costs the user one line and nothing else. */
    private void requireFreePorts() throws IOException {
        requireFree(settings.address(), settings.port(), "");
        if (settings.isPlayground() && settings.port() != 0) {
            requireFree(Playground.ADDRESS, settings.port() + 1, ", which the playground takes,");
        }
    }

    private static void requireFree(String address, int port, String whose) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            // As the servers do it: connections of a process that just ended do not keep the port.
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getByName(address), port));
        } catch (BindException e) {
            throw new CannotStart("port " + port + " on " + address + whose
                    + " cannot be used: stop what listens there, or choose another with --port (" + e.getMessage()
                    + ")");
        }
    }

    private Configuration configuration() {
        return new Configuration(
                EmbeddedKubernetes.OPERATOR_NAMESPACE,
                Configuration.Scope.ALL,
                // The journal lives as long as the folder does, and one process has it at a time: the folder is the
                // pod.
                "local",
                settings.folder().resolve("journal"),
                settings.redirectUri().resolve("/"),
                settings.redirectUri(),
                Configuration.Network.LOCAL,
                Set.of(),
                null);
    }

    private TokenServerSettings tokenServer() {
        return new TokenServerSettings(
                NAMESPACE,
                CONNECTION,
                settings.provider(),
                settings.isPlayground(),
                settings.scopes(),
                settings.redirectUri(),
                settings.address(),
                settings.port(),
                PATIENCE);
    }

    private static Ports.Grants grants(KubernetesClient client, Parts parts) {
        return (namespace, name) -> hasGrant(client, parts, namespace, name);
    }

    private static boolean hasGrant(KubernetesClient client, Parts parts, String namespace, String name) {
        OAuthConnection connection = client.resources(OAuthConnection.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
        try {
            return connection != null && parts.hasGrant(connection);
        } catch (GrantStore.Unreadable e) {
            // It is there, and the status says what is wrong with it.
            return true;
        }
    }

    /** Whether nobody had consented when this was started. */
    public boolean isFirstConsentMissing() {
        return firstConsentMissing;
    }

    private Ports.Accounts accounts(AccountsEndpoint endpoint, Providers providers) {
        return token -> {
            if (!(providers.resolve(settings.provider()) instanceof ProviderResolution.Resolved(var provider))
                    || provider.accountsEndpoint() == null) {
                return new Ports.Accounts.Result.Failed("provider " + settings.provider() + " has no list of accounts");
            }
            return switch (endpoint.list(provider.accountsEndpoint(), provider.trust(), token)) {
                case AccountsEndpoint.Result.Listed(String json) -> new Ports.Accounts.Result.Listed(json);
                case AccountsEndpoint.Result.Failed(int status, String why) -> new Ports.Accounts.Result.Failed(why);
            };
        };
    }

    private <T extends AutoCloseable> T keep(T part) {
        open.push(part);
        return part;
    }

    /** Stops in the reverse order of the start: nothing new begins, what is in flight is finished and stored, then the API goes. */
    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                org.slf4j.LoggerFactory.getLogger(LocalMode.class).debug("a part did not stop cleanly", e);
            }
        }
    }
}

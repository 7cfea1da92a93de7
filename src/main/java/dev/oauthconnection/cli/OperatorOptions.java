package dev.oauthconnection.cli;

import dev.oauthconnection.api.Durations;
import dev.oauthconnection.network.AddressBlock;
import dev.oauthconnection.network.EnvironmentProxy;
import dev.oauthconnection.observe.Logs;
import dev.oauthconnection.operator.Configuration;
import dev.oauthconnection.operator.Configuration.Feature;
import dev.oauthconnection.operator.Configuration.SecretAccess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import okhttp3.OkHttpClient;
import picocli.CommandLine.Option;

/** The options of the operator, and the configuration that they make. */
final class OperatorOptions {
    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(3);

    @Option(
            names = "--namespace",
            defaultValue = "${env:POD_NAMESPACE:-oauthconnection-system}",
            description = "The operator's own namespace, where grants are kept. Default: ${DEFAULT-VALUE}.")
    private String namespace = "";

    @Option(
            names = "--watch-namespaces",
            split = ",",
            description = "Serve only the connections of these namespaces. Default: all.")
    private List<String> watched = List.of();

    @Option(
            names = "--selector",
            defaultValue = "",
            description = "Serve only the connections with these labels, such as tier=gold. Default: all.")
    private String selector = "";

    @Option(
            names = "--secret-access",
            defaultValue = "Listed",
            description =
                    "${COMPLETION-CANDIDATES}: whether the Secrets of the served namespaces may be listed, or each is reached "
                            + "by its name. Default: ${DEFAULT-VALUE}.")
    private SecretAccess secretAccess = SecretAccess.Listed;

    @Option(
            names = "--allowed-addresses",
            split = ",",
            description =
                    "Blocks such as 10.0.0.0/8 that requests to providers may go to although they are not public.")
    private List<String> allowedAddresses = List.of();

    @Option(
            names = "--eager-propagation",
            description =
                    "Touch an annotation of the pods that mount a token Secret, where the connection asks for it.")
    private boolean eagerPropagation;

    @Option(
            names = "--expiry-metrics",
            description = "Serve a metric for each connection: when its token expires, in seconds since 1970.")
    private boolean expiryMetrics;

    @Option(
            names = "--public-url",
            defaultValue = "${env:PUBLIC_URL:-http://localhost:5001}",
            description =
                    "Where browsers reach the consent pages; the redirect URI is <public-url>/callback. Default: ${DEFAULT-VALUE}, "
                            + "which works with kubectl port-forward.")
    private URI publicUrl = URI.create("http://localhost:5001");

    @Option(
            names = "--port",
            defaultValue = "5001",
            description = "Port of the consent pages. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--management-port",
            defaultValue = "8081",
            description = "Port of /livez, /readyz and /metrics. Default: ${DEFAULT-VALUE}.")
    private int managementPort;

    @Option(
            names = "--journal",
            defaultValue = "${env:JOURNAL:-/var/run/oauthconnection/journal}",
            description = "Folder of the journal: an emptyDir in memory. Default: ${DEFAULT-VALUE}.")
    private Path journal = Path.of("");

    @Option(
            names = "--pod-uid",
            defaultValue = "${env:POD_UID:-}",
            description = "UID of this pod (downward API), by which a restart knows its own journal.")
    private String podUid = "";

    @Option(
            names = "--leader-elect",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Take part in leader election, for more than one replica. Default: ${DEFAULT-VALUE}.")
    private boolean leaderElect;

    @Option(
            names = "--lease-duration",
            defaultValue = "15s",
            description =
                    "How long the other replicas wait for a leader that fell silent. Longer for an API server that is slow now and then: "
                            + "a leader that cannot renew its lease for two thirds of this ends. Default: ${DEFAULT-VALUE}.")
    private String leaseDuration = "15s";

    @Option(
            names = "--wait-for-api-server",
            description =
                    "Wait for an API server that cannot be reached at the start, instead of ending: for pods, whose "
                            + "restarts come ever later.")
    private boolean waitsForApiServer;

    @Option(
            names = "--log-format",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Logs.Format logFormat = Logs.Format.text;

    @Option(
            names = "--insecure-loopback-providers",
            hidden = true,
            description = "For tests: providers may be plain http on loopback.")
    private boolean loopbackHttp;

    Configuration configuration() {
        URI redirect = URI.create(publicUrl.toString().replaceAll("/+$", "") + "/callback");
        return new Configuration(
                namespace,
                new Configuration.Scope(
                        new LinkedHashSet<>(watched), selector.isEmpty() ? null : selector, secretAccess),
                podUid.isEmpty() ? UUID.randomUUID().toString() : podUid,
                journal,
                publicUrl,
                redirect,
                network(),
                features(),
                leaderElect ? new Configuration.Lease("oauth-connection-operator", leaseDuration()) : null);
    }

    /** The SDK counts the lease in whole seconds, and renews it some times within. */
    private Duration leaseDuration() {
        try {
            Duration duration = Durations.parse(leaseDuration);
            if (duration.compareTo(SHORTEST_LEASE) >= 0 && duration.toNanosPart() == 0) {
                return duration;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new Complaint(
                Main.EXIT_USAGE, "--lease-duration: give whole seconds, 3s or more, such as 15s, not " + leaseDuration);
    }

    private Configuration.Network network() {
        List<String> blocks = allowedAddresses.stream()
                .map(String::strip)
                .filter(block -> !block.isEmpty())
                .toList();
        try {
            blocks.forEach(AddressBlock::parse);
        } catch (IllegalArgumentException e) {
            throw new Complaint(Main.EXIT_USAGE, "--allowed-addresses: " + e.getMessage());
        }
        return new Configuration.Network(loopbackHttp, blocks);
    }

    /** For requests to providers: through the proxy of the environment, where there is one. */
    static OkHttpClient proxied(Map<String, String> environment) {
        try {
            return EnvironmentProxy.of(environment).client();
        } catch (IllegalArgumentException e) {
            throw new Complaint(Main.EXIT_USAGE, String.valueOf(e.getMessage()));
        }
    }

    private Set<Feature> features() {
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        if (eagerPropagation) {
            features.add(Feature.EagerPropagation);
        }
        if (expiryMetrics) {
            features.add(Feature.ExpiryMetrics);
        }
        return features;
    }

    boolean waitsForApiServer() {
        return waitsForApiServer;
    }

    int port() {
        return port;
    }

    int managementPort() {
        return managementPort;
    }

    Logs.Format logFormat() {
        return logFormat;
    }
}

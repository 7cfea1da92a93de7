package dev.oauthconnection.cli;

import ch.qos.logback.classic.Level;
import dev.oauthconnection.observe.Logs;
import dev.oauthconnection.observe.ManagementServer;
import dev.oauthconnection.operator.CallbackServer;
import dev.oauthconnection.operator.Configuration;
import dev.oauthconnection.operator.ConsentDesk;
import dev.oauthconnection.operator.OperatorProcess;
import dev.oauthconnection.operator.Parts;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** Runs the operator against the cluster that the environment or the kubeconfig names. */
@Command(
        name = "operator",
        description =
                "Serves the OAuthConnections of a cluster. Ends cleanly on SIGTERM: what is in flight is finished first.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class OperatorCommand implements Callable<Integer> {
    /** The API server does not repeat a refused write into the minutes; the protocol reads back instead. */
    private static final int API_RETRIES = 3;

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
            names = "--log-format",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Logs.Format logFormat = Logs.Format.text;

    @Option(
            names = "--insecure-loopback-providers",
            hidden = true,
            description = "For tests: providers may be plain http on loopback.")
    private boolean loopbackHttp;

    @Override
    public Integer call() throws Exception {
        Logs.configure(logFormat, Level.INFO);
        InstantSource clock = InstantSource.system();
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Configuration configuration = configuration();
        CountDownLatch ended = new CountDownLatch(1);
        try (KubernetesClient client = client()) {
            ConsentDesk desk = new ConsentDesk(client, configuration, clock);
            Parts parts = new Parts(client, configuration, new OkHttpClient(), clock, registry, desk);
            OperatorProcess process = new OperatorProcess(client, configuration, parts, ended::countDown);
            try (ManagementServer management =
                            ManagementServer.start(managementPort, registry, process::isLive, process::isHealthy);
                    CallbackServer callback = CallbackServer.start(port, desk.endpoint(desk.service(parts)));
                    process) {
                SignalHandler finish = signal -> finish(callback, process);
                Signal.handle(new Signal("TERM"), finish);
                Signal.handle(new Signal("INT"), finish);
                start(process, client);
                ended.await();
            }
        }
        return Main.EXIT_LEASE_LOST;
    }

    private static void start(OperatorProcess process, KubernetesClient client) {
        try {
            process.start();
        } catch (KubernetesClientException e) {
            String server = "the Kubernetes API server at " + client.getMasterUrl();
            throw new Complaint(
                    CommandLine.ExitCode.SOFTWARE,
                    e.getStatus() == null
                            ? server + " cannot be reached: set KUBECONFIG to a kubeconfig, or wait until it answers"
                            : server + " refused what the operator needs ("
                                    + e.getStatus().getMessage() + "): apply crds/ and deploy/rbac.yaml");
        }
    }

    /** Not a shutdown hook: after one the JVM always ends with 143, which the platform shows as an error. */
    private static void finish(CallbackServer callback, OperatorProcess process) {
        process.finish();
        callback.close();
        process.close();
        System.exit(0);
    }

    private Configuration configuration() {
        URI redirect = URI.create(publicUrl.toString().replaceAll("/+$", "") + "/callback");
        @Nullable String lease = leaderElect ? "oauth-connection-operator" : null;
        return new Configuration(
                namespace,
                new LinkedHashSet<>(watched),
                podUid.isEmpty() ? UUID.randomUUID().toString() : podUid,
                journal,
                publicUrl,
                redirect,
                loopbackHttp,
                lease);
    }

    private static KubernetesClient client() {
        try {
            return new KubernetesClientBuilder()
                    .withConfig(new ConfigBuilder()
                            .withRequestRetryBackoffLimit(API_RETRIES)
                            .withRequestTimeout(10_000)
                            .build())
                    .build();
        } catch (KubernetesClientException e) {
            throw new Complaint(
                    Main.EXIT_USAGE,
                    "the kubeconfig cannot be read: correct the file that KUBECONFIG names, or ~/.kube/config");
        }
    }
}

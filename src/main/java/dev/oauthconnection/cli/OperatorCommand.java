package dev.oauthconnection.cli;

import ch.qos.logback.classic.Level;
import dev.oauthconnection.observe.Logs;
import dev.oauthconnection.observe.ManagementServer;
import dev.oauthconnection.observe.ProcessMeters;
import dev.oauthconnection.operator.CallbackServer;
import dev.oauthconnection.operator.Configuration;
import dev.oauthconnection.operator.ConsentDesk;
import dev.oauthconnection.operator.OperatorProcess;
import dev.oauthconnection.operator.Parts;
import dev.oauthconnection.operator.StartConditions;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.OperatorException;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import okhttp3.OkHttpClient;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    private static final String APPLY_RIGHTS = "apply the rights of your installation again, docs/rbac.md has them";

    @Mixin
    private final OperatorOptions options = new OperatorOptions();

    @Override
    public Integer call() throws Exception {
        Configuration configuration = options.configuration();
        OkHttpClient providers = OperatorOptions.proxied(System.getenv());
        Logs.configure(options.logFormat(), Level.INFO);
        InstantSource clock = InstantSource.system();
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        CountDownLatch ended = new CountDownLatch(1);
        try (KubernetesClient client = client()) {
            ConsentDesk desk = new ConsentDesk(client, configuration, clock);
            Parts parts = new Parts(client, configuration, providers, clock, registry, desk);
            StartConditions conditions = new StartConditions(client, configuration, options.waitsForApiServer());
            OperatorProcess process = new OperatorProcess(client, configuration, parts, ended::countDown);
            try (ManagementServer management = ManagementServer.start(
                            options.managementPort(), registry, process::isLive, () -> unready(conditions, process));
                    CallbackServer callback = CallbackServer.start(options.port(), desk.endpoint(desk.service(parts)));
                    process) {
                SignalHandler finish = signal -> finish(callback, process);
                Signal.handle(new Signal("TERM"), finish);
                Signal.handle(new Signal("INT"), finish);
                start(conditions, process, client);
                // Not before: it takes some tenths of a second, for which no connection should wait.
                try (ProcessMeters measured = new ProcessMeters(registry)) {
                    ended.await();
                }
            }
        }
        return Main.EXIT_LEASE_LOST;
    }

    private static Optional<String> unready(StartConditions conditions, OperatorProcess process) {
        return process.isHealthy()
                ? Optional.empty()
                : conditions.waitingFor().or(() -> Optional.of("not started, or the watches have failed"));
    }

    private static void start(StartConditions conditions, OperatorProcess process, KubernetesClient client)
            throws InterruptedException {
        try {
            process.recover();
            do {
                conditions.await();
            } while (!process.start());
        } catch (KubernetesClientException e) {
            String server = "the Kubernetes API server at " + client.getMasterUrl();
            throw new Complaint(
                    CommandLine.ExitCode.SOFTWARE,
                    e.getStatus() == null
                            ? server + " cannot be reached: set KUBECONFIG to a kubeconfig, or wait until it answers"
                            : server + " refused what the operator needs ("
                                    + e.getStatus().getMessage() + "): " + APPLY_RIGHTS);
        } catch (OperatorException e) {
            // The SDK asks itself for the rights to the lease.
            throw new Complaint(
                    CommandLine.ExitCode.SOFTWARE,
                    "the operator cannot start (" + (e.getCause() == null ? e : e.getCause()).getMessage() + "): "
                            + APPLY_RIGHTS);
        }
    }

    /** Not a shutdown hook: after one the JVM always ends with 143, which the platform shows as an error. */
    private static void finish(CallbackServer callback, OperatorProcess process) {
        try (process;
                callback) {
            process.finish();
        } catch (RuntimeException e) {
            // Not a constant: logging would be set up for --help as well.
            LoggerFactory.getLogger(OperatorCommand.class).warn("the end was not as it should be", e);
        } finally {
            System.exit(0);
        }
    }

    static KubernetesClient client() {
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

package dev.oauthconnection.cli;

import ch.qos.logback.classic.Level;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.observe.Logs;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A user's way to the API server, with the user's own rights.
 *
 * @param namespace that the command is about
 */
record ClusterSession(KubernetesClient client, String namespace) {
    private static final int REQUEST_MILLIS = 10_000;
    /** A person waits; a second try is enough for a connection that broke. */
    private static final int RETRIES = 1;

    /** What is done with it; returns the exit code. */
    @FunctionalInterface
    interface Work {
        int run(ClusterSession session);
    }

    /**
     * Does this work, and closes the way.
     *
     * @param namespace as the user named it; null for that of the context
     * @throws Complaint for what goes wrong with the API server
     */
    static int within(ClusterOptions options, @Nullable String namespace, Work work) {
        Logs.configure(Logs.Format.text, Level.ERROR);
        Config config = config(options);
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config).build()) {
            String own = Objects.requireNonNullElse(client.getNamespace(), "default");
            return work.run(new ClusterSession(client, namespace == null ? own : namespace));
        } catch (KubernetesClientException e) {
            throw complaint(e, String.valueOf(config.getMasterUrl()));
        }
    }

    /** Work that goes without a cluster as well; null for none. */
    @FunctionalInterface
    interface WorkWithOrWithout {
        int run(@Nullable ClusterSession session);
    }

    /** Does this work with the cluster that is named, or without one where none is named or it does not answer. */
    static int withinAny(ClusterOptions options, Console console, WorkWithOrWithout work) {
        boolean named = options.kubeconfig() != null || options.context() != null;
        if (!named && !isConfigured()) {
            return work.run(null);
        }
        boolean[] begun = {false};
        try {
            return within(options, null, session -> {
                session.client().getKubernetesVersion();
                begun[0] = true;
                return work.run(session);
            });
        } catch (Complaint unreachable) {
            if (begun[0] || named) {
                throw unreachable;
            }
            console.say("warning: without the cluster's providers, since " + unreachable.getMessage());
            return work.run(null);
        }
    }

    /** Whether there is a kubeconfig, or a service account. */
    private static boolean isConfigured() {
        return Config.getKubeconfigFilenames().stream().anyMatch(file -> Files.isReadable(Path.of(file)))
                || Files.isReadable(Path.of(Config.KUBERNETES_SERVICE_ACCOUNT_TOKEN_PATH));
    }

    /** @throws Complaint where there is none of that name */
    OAuthConnection connection(String name) {
        OAuthConnection connection = client.resources(OAuthConnection.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
        if (connection == null) {
            throw ExitStatus.Correct.complaint("there is no OAuthConnection " + name + " in namespace " + namespace
                    + ": correct the name or --namespace");
        }
        return connection;
    }

    private static Config config(ClusterOptions options) {
        Path file = options.kubeconfig();
        String context = options.context();
        if (file != null && !Files.isReadable(file)) {
            throw ExitStatus.Correct.complaint("the kubeconfig " + file + " cannot be read: correct --kubeconfig");
        }
        Config config;
        try {
            config = file == null ? Config.autoConfigure(context) : Config.fromKubeconfig(context, file.toFile());
        } catch (KubernetesClientException e) {
            throw ExitStatus.Correct.complaint("the kubeconfig cannot be read: correct the file that "
                    + (file == null ? "KUBECONFIG names, or ~/.kube/config" : "--kubeconfig names"));
        }
        if (context != null
                && (config.getCurrentContext() == null
                        || !context.equals(config.getCurrentContext().getName()))) {
            throw ExitStatus.Correct.complaint(
                    "the kubeconfig has no context " + context + ": see 'kubectl config get-contexts'");
        }
        return new ConfigBuilder(config)
                .withRequestRetryBackoffLimit(RETRIES)
                .withRequestTimeout(REQUEST_MILLIS)
                .build();
    }

    /** For a refusal the API server names the right that is missing, and quotes nothing of an object. */
    static Complaint complaint(KubernetesClientException e, String server) {
        if (e.getStatus() == null) {
            return ExitStatus.Failed.complaint("the Kubernetes API server at " + server
                    + " cannot be reached: correct the kubeconfig or --context, or wait until it answers");
        }
        return switch (e.getCode()) {
            case HttpURLConnection.HTTP_UNAUTHORIZED ->
                ExitStatus.Correct.complaint(
                        "the API server does not know you: log in again, or correct the kubeconfig");
            case HttpURLConnection.HTTP_FORBIDDEN ->
                ExitStatus.Correct.complaint("your rights do not suffice: "
                        + Table.printable(e.getStatus().getMessage()));
            case HttpURLConnection.HTTP_NOT_FOUND ->
                ExitStatus.Correct.complaint("the API server knows no OAuthConnections: correct --context, or install"
                        + " the CRDs (kubectl apply --server-side -k crds)");
            default -> ExitStatus.Failed.complaint("the API server answered with HTTP " + e.getCode() + ": try again");
        };
    }
}

package dev.oauthconnection.laboratory;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is compared with: the loop that refreshes a token when half of its life is over and then writes it into its Secret. A process of its
 * own; with a lease it acts only while it leads, and ends when it no longer does.
 */
public final class RefreshLoop {
    static final String LABEL = "laboratory";
    /** The one that the rights of the operator are for. */
    private static final String LEASE = "oauth-connection-operator";

    private static final int CONCURRENCY = 10;
    private static final Pattern LIFETIME = Pattern.compile("\"expires_in\":([0-9]+)");

    private final KubernetesClient client = new KubernetesClientBuilder().build();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Semaphore places = new Semaphore(CONCURRENCY);
    private final Set<String> busy = ConcurrentHashMap.newKeySet();
    private final String namespace;
    private final URI tokenEndpoint;

    private RefreshLoop(String namespace, URI tokenEndpoint) {
        this.namespace = namespace;
        this.tokenEndpoint = tokenEndpoint;
    }

    /** Namespace, token endpoint, identity, and the seconds of the lease; 0 for none. */
    public static void main(String... arguments) throws InterruptedException {
        RefreshLoop loop = new RefreshLoop(arguments[0], URI.create(arguments[1]));
        int lease = Integer.parseInt(arguments[3]);
        if (lease == 0) {
            loop.run();
        } else {
            loop.runWhileLeading(arguments[2], Duration.ofSeconds(lease));
        }
    }

    private void runWhileLeading(String identity, Duration lease) {
        client.leaderElector()
                .withConfig(new LeaderElectionConfigBuilder()
                        .withName(LEASE)
                        .withLock(new LeaseLock(System.getenv("POD_NAMESPACE"), LEASE, identity))
                        .withLeaseDuration(lease)
                        .withRenewDeadline(lease.multipliedBy(2).dividedBy(3))
                        .withRetryPeriod(lease.multipliedBy(2).dividedBy(15))
                        .withLeaderCallbacks(new LeaderCallbacks(
                                () -> Thread.ofPlatform().start(this::run), () -> System.exit(1), leader -> {}))
                        .build())
                .build()
                .run();
    }

    private void run() {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            while (true) {
                try {
                    look(executor);
                } catch (KubernetesClientException e) {
                    System.out.println("the API server failed: " + e.getCode());
                }
                Thread.sleep(200);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(ExecutorService executor) {
        List<Secret> secrets =
                client.secrets().inNamespace(namespace).withLabel(LABEL).list().getItems();
        for (Secret secret : secrets) {
            String name = secret.getMetadata().getName();
            if (isDue(secret) && busy.add(name)) {
                executor.execute(() -> {
                    try {
                        places.acquire();
                        refresh(name);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (IOException | RuntimeException e) {
                        System.out.println(name + ": " + e);
                    } finally {
                        places.release();
                        busy.remove(name);
                    }
                });
            }
        }
    }

    private static boolean isDue(Secret secret) {
        String due = value(secret, "due_at");
        return value(secret, "lost").isEmpty()
                && (due.isEmpty() || Instant.now().isAfter(Instant.parse(due)));
    }

    /** Refresh, then write. */
    private void refresh(String name) throws IOException, InterruptedException {
        Secret secret = client.secrets().inNamespace(namespace).withName(name).require();
        if (!isDue(secret)) {
            return;
        }
        Instant sent = Instant.now();
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(tokenEndpoint)
                        .timeout(Duration.ofSeconds(30))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("grant_type=refresh_token&refresh_token="
                                + URLEncoder.encode(value(secret, "refresh_token"), StandardCharsets.UTF_8)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        Map<String, String> next = answer.statusCode() == 200
                ? tokens(answer.body(), sent, value(secret, "refresh_token"))
                : Map.of("lost", Form.json(answer.body(), "error"));
        write(secret, next);
    }

    private static Map<String, String> tokens(String answer, Instant sent, String before) {
        Matcher lifetime = LIFETIME.matcher(answer);
        long seconds = lifetime.find() ? Long.parseLong(lifetime.group(1)) : 3600;
        String rotated = Form.json(answer, "refresh_token");
        return Map.of(
                "access_token",
                Form.json(answer, "access_token"),
                "refresh_token",
                rotated.isEmpty() ? before : rotated,
                "expires_at",
                sent.plusSeconds(seconds).toString(),
                "due_at",
                sent.plusSeconds(seconds / 2).toString());
    }

    private void write(Secret secret, Map<String, String> next) {
        client.secrets()
                .inNamespace(namespace)
                .resource(new SecretBuilder(secret).addToStringData(next).build())
                .update();
    }

    private static String value(Secret secret, String key) {
        String encoded = secret.getData() == null ? null : secret.getData().get(key);
        return encoded == null ? "" : new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    }
}

package dev.oauthconnection.local.embedded;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A Kubernetes API in this process, whose objects live in a folder: the operator that runs on it is the one that runs in a cluster.
 *
 * <p>A change is on disk before it is answered, so that {@code kill -9} at any moment loses nothing that a client was told. The folder
 * belongs to one process at a time and is closed to other users. The API listens on 127.0.0.1 only, and answers nothing but 401 to who
 * lacks the token, which exists in this process alone.
 *
 * <p>It serves namespaces, secrets, configmaps, pods, serviceaccounts, events, leases and the custom resources of this project. There
 * is no admission of others, no schema validation, no strategic merge patch, and no conflict between managers of server-side apply.
 */
public final class EmbeddedKubernetes implements AutoCloseable {
    /** The namespace in which an operator on this API keeps what is its own. */
    public static final String OPERATOR_NAMESPACE = "oauthconnection-system";

    private final FolderLock lock;
    private final ObjectStore store;
    private final ApiServer server;
    private final String token;
    private final List<KubernetesClient> clients = new CopyOnWriteArrayList<>();

    private EmbeddedKubernetes(FolderLock lock, ObjectStore store, ApiServer server, String token) {
        this.lock = lock;
        this.store = store;
        this.server = server;
        this.token = token;
    }

    /** As {@link #open(Path, InstantSource)}, with the system's clock. */
    public static EmbeddedKubernetes open(Path folder) {
        return open(folder, InstantSource.system());
    }

    /**
     * Starts the API on the objects that the folder holds; one that does not exist is made.
     *
     * @throws IllegalStateException if another process uses the folder
     * @throws UncheckedIOException if the folder, or a file in it, cannot be read; the message names it
     */
    public static EmbeddedKubernetes open(Path folder, InstantSource clock) {
        FolderLock lock = FolderLock.take(folder);
        try {
            ObjectStore store = new ObjectStore(new StateFolder(folder.resolve("state")));
            Writes writes = new Writes(store, new Admission(clock));
            writes.resumeDeletions();
            ensureNamespace("default", store, writes);
            ensureNamespace(OPERATOR_NAMESPACE, store, writes);
            String token = newToken();
            ApiServer server = new ApiServer(new ApiDispatcher(store, writes), store, token);
            server.start();
            return new EmbeddedKubernetes(lock, store, server, token);
        } catch (IOException e) {
            lock.close();
            throw new UncheckedIOException(e.getMessage(), e);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** A new client, in the namespace {@code default}; closed with this, if not before. */
    public KubernetesClient client() {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + port())
                .withOauthToken(token)
                .withNamespace("default")
                // Watches are streams of lines; the server offers no WebSocket.
                .withOnlyHttpWatches(true)
                .withMaxConcurrentRequestsPerHost(64)
                .build();
        KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new WatchingHttp())
                .build();
        clients.add(client);
        return client;
    }

    int port() {
        return server.port();
    }

    String token() {
        return token;
    }

    /** Ends watches and clients, and frees the folder. */
    @Override
    public void close() {
        try (lock;
                server) {
            clients.forEach(KubernetesClient::close);
            store.endWatches();
        }
    }

    private static void ensureNamespace(String name, ObjectStore store, Writes writes) {
        ObjectKey key = ObjectKey.namespace(name);
        if (store.find(key).isEmpty()) {
            var namespace = Json.object();
            Json.metadata(namespace).putObject("labels").put("kubernetes.io/metadata.name", name);
            namespace.putObject("status").put("phase", "Active");
            writes.create(key, namespace, false);
        }
    }

    /** 256 random bits. */
    private static String newToken() {
        byte[] bits = new byte[32];
        new SecureRandom().nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }
}

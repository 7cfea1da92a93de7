package dev.oauthconnection.testing;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real Kubernetes API server (kube-apiserver with etcd, no controllers), one for all tests of a JVM, with the CRDs of crds/ applied
 * and a fresh namespace for each test. Register it as a static field:
 *
 * <pre>{@code @RegisterExtension static final ApiServer api = new ApiServer();}</pre>
 *
 * The binaries are those of kube-api-test: in {@code KUBE_API_TEST_DIR/k8s/<version>-<os>-<arch>/}, by default under ~/.kubeapitest.
 * Where they are missing the tests are skipped, or failed if {@code REQUIRE_REAL_PARTS=true}.
 */
public final class ApiServer implements BeforeAllCallback, BeforeEachCallback {
    private static final String HOW_TO_HAVE_IT = "No API server here. Set KUBE_API_TEST_DIR to a folder with "
            + "k8s/<version>-<os>-<arch>/{etcd,kube-apiserver,kubectl}, or set KUBE_API_TEST_OFFLINE_MODE=false to let "
            + "kube-api-test download them to ~/.kubeapitest";
    private static final AtomicInteger NAMESPACES = new AtomicInteger();
    private static @Nullable Running running;
    private static volatile boolean mayEnd;

    private String namespace = "default";

    private record Running(KubernetesClient client, String kubeconfig, AuditLog audit) {}

    @Override
    public void beforeAll(ExtensionContext context) {
        RealParts.require(binaries().isPresent() || mayDownload(), HOW_TO_HAVE_IT);
        running();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        namespace = newNamespace();
    }

    /** A client with every right. */
    public KubernetesClient client() {
        return running().client();
    }

    /** The namespace of the current test. */
    public String namespace() {
        return namespace;
    }

    /** One more namespace that nothing else uses. */
    public String newNamespace() {
        String name = "test-" + NAMESPACES.incrementAndGet();
        client().resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        return name;
    }

    /** A kubeconfig file for other programs, with this test's namespace; it has every right. */
    public Path kubeconfig() {
        io.fabric8.kubernetes.api.model.Config config =
                Serialization.unmarshal(running().kubeconfig(), io.fabric8.kubernetes.api.model.Config.class);
        config.getContexts().forEach(context -> context.getContext().setNamespace(namespace));
        try {
            Path file = Files.createTempFile("kubeconfig", ".yaml");
            file.toFile().deleteOnExit();
            return Files.writeString(file, Serialization.asYaml(config));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on its end is not taken for an accident, after which etcd is ended too: whoever kills it starts it again. */
    public void mayEnd() {
        mayEnd = true;
    }

    /** What it was asked. */
    public AuditLog audit() {
        return running().audit();
    }

    /** The kubectl of the same folder as the API server, with this test's namespace. */
    public Kubectl kubectl() {
        Optional<Path> kubectl = kubectlProgram();
        RealParts.require(kubectl.isPresent(), HOW_TO_HAVE_IT);
        return new Kubectl(kubectl.orElseThrow(), kubeconfig());
    }

    /** The kubectl beside the API server's binaries. */
    static Optional<Path> kubectlProgram() {
        return binaries().map(folder -> folder.resolve("kubectl")).filter(Files::isExecutable);
    }

    private static synchronized Running running() {
        if (running == null) {
            running = start();
        }
        return running;
    }

    private static Running start() {
        AuditLog audit = AuditLog.create();
        KubeAPIServerConfigBuilder settings = KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withUpdateKubeConfig(false)
                .withApiServerFlags(audit.flags());
        binaries().ifPresent(folder -> settings.withTestDir(home().toString())
                .withOfflineMode(true)
                .withApiServerVersion(folder.getFileName().toString().split("-", 2)[0]));
        KubeAPIServer server = new KubeAPIServer(settings.build()) {
            @Override
            public void processStopped(Process process) {
                if (!mayEnd) {
                    super.processStopped(process);
                }
            }
        };
        server.start();
        Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
        KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(server.getKubeConfigYaml()))
                .build();
        applyCrds(client);
        return new Running(client, server.getKubeConfigYaml(), audit);
    }

    private static void applyCrds(KubernetesClient client) {
        try (Stream<Path> files = Files.list(Path.of("crds"))) {
            for (Path file : files.filter(it -> it.toString().endsWith(".yaml")).toList()) {
                CustomResourceDefinition crd =
                        Serialization.unmarshal(Files.readString(file), CustomResourceDefinition.class);
                client.resource(client.resource(crd).create())
                        .waitUntilCondition(ApiServer::isEstablished, 30, TimeUnit.SECONDS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isEstablished(@Nullable CustomResourceDefinition crd) {
        return crd != null
                && crd.getStatus() != null
                && crd.getStatus().getConditions() != null
                && crd.getStatus().getConditions().stream()
                        .anyMatch(it -> it.getType().equals("Established")
                                && it.getStatus().equals("True"));
    }

    private static Path home() {
        return Optional.ofNullable(System.getenv("KUBE_API_TEST_DIR"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".kubeapitest"));
    }

    private static boolean mayDownload() {
        return "false".equals(System.getenv("KUBE_API_TEST_OFFLINE_MODE"));
    }

    /** The folder with the newest binaries. */
    private static Optional<Path> binaries() {
        Path versions = home().resolve("k8s");
        if (!Files.isDirectory(versions)) {
            return Optional.empty();
        }
        try (Stream<Path> folders = Files.list(versions)) {
            List<Path> complete = folders.filter(folder -> Files.isExecutable(folder.resolve("kube-apiserver"))
                            && Files.isExecutable(folder.resolve("etcd")))
                    .sorted()
                    .toList();
            return complete.isEmpty() ? Optional.empty() : Optional.of(complete.getLast());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}

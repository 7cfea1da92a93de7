package dev.oauthconnection.local;

import dev.oauthconnection.api.ClusterOAuthProvider;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionSpec;
import dev.oauthconnection.api.OAuthConnectionSpec.ClientReference;
import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.api.OAuthConnectionSpec.ProviderReference;
import dev.oauthconnection.api.OAuthConnectionSpec.SecretReference;
import dev.oauthconnection.api.ProviderSpec;
import dev.oauthconnection.files.PrivateFiles;
import dev.oauthconnection.local.playground.Playground;
import dev.oauthconnection.local.playground.PlaygroundClient;
import dev.oauthconnection.provider.Catalogue;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What local mode applies to its API at the start: the playground's connections, the provider, and the user's manifests. */
final class Seeds {
    private static final String NAMESPACE = "default";
    private static final String SERVICE = "service";
    private static final Duration BUILT_IN_IDLE_LIFETIME = Duration.ofMinutes(72_000);
    private static final KubernetesSerialization READER = new KubernetesSerialization();

    static {
        READER.registerKubernetesResource(OAuthConnection.class);
        READER.registerKubernetesResource(ClusterOAuthProvider.class);
    }

    private final KubernetesClient client;
    private final LocalSettings settings;
    private final String connection;

    Seeds(KubernetesClient client, LocalSettings settings, String connection) {
        this.client = client;
        this.settings = settings;
        this.connection = connection;
    }

    /** How the playground is run: on the port beside the token server's, so that its issuer is the same at the next start. */
    Playground.Settings playground() throws IOException {
        Path folder = settings.folder().resolve("playground");
        PrivateFiles.createFolder(folder);
        int port = settings.port() == 0 ? 0 : settings.port() + 1;
        return new Playground.Settings(
                folder,
                port,
                List.of(PlaygroundClient.service(), PlaygroundClient.app(settings.redirectUri())),
                settings.approve());
    }

    /** A connection that needs nobody, and one that waits for a consent. */
    void plantPlayground(String issuer) {
        applyProvider(new ProviderSpec(issuer, null, null, null, null, null, null, null, null));
        applySecret(SERVICE + "-client", PlaygroundClient.SERVICE);
        applySecret(connection + "-client", PlaygroundClient.APP);
        applyConnection(SERVICE, GrantType.ClientCredentials, null);
        applyConnection(connection, null, settings.scopes());
    }

    /** The built-in provider, kept alive a little earlier than the provider says. */
    void plantProvider() {
        new Catalogue()
                .find(settings.provider())
                .ifPresent(spec -> applyProvider(withIdleLifetime(spec, BUILT_IN_IDLE_LIFETIME)));
    }

    /** Sees that there is the provider, wherever it came from, and gives it the idle lifetime that the user stated; to be called last. */
    void settleProvider() {
        Duration stated = settings.idleLifetime();
        ClusterOAuthProvider provider = client.resources(ClusterOAuthProvider.class)
                .withName(settings.provider())
                .get();
        if (provider == null) {
            throw new LocalMode.CannotStart("there is no provider '" + settings.provider() + "': built in are "
                    + String.join(", ", new Catalogue().names())
                    + "; declare another one in a folder of manifests and name that with --manifests");
        }
        if (stated != null) {
            applyProvider(withIdleLifetime(provider.getSpec(), stated));
        }
    }

    private static ProviderSpec withIdleLifetime(ProviderSpec spec, Duration idle) {
        ProviderSpec.RefreshTokens tokens = spec.refreshTokens();
        return new ProviderSpec(
                spec.issuer(),
                spec.authorization(),
                spec.token(),
                new ProviderSpec.RefreshTokens(
                        tokens == null ? null : tokens.rotation(),
                        tokens == null ? null : tokens.gracePeriod(),
                        tokens == null ? null : tokens.reuseRevokesGrant(),
                        idle.toMinutes() + "m",
                        tokens == null ? null : tokens.refreshEndsAccessToken()),
                spec.revocation(),
                spec.accounts(),
                spec.client(),
                spec.caBundle(),
                spec.source());
    }

    /** Each YAML file of the user's folder, in the order of their names. */
    void plantManifests() throws IOException {
        Path folder = settings.manifests();
        if (folder == null) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            throw new LocalMode.CannotStart("--manifests " + folder + " is not a folder");
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().matches(".*\\.ya?ml"))
                    .sorted()
                    .toList()) {
                try (InputStream manifest = Files.newInputStream(file)) {
                    items(READER.unmarshal(manifest)).forEach(item -> apply(file, item));
                } catch (LocalMode.CannotStart e) {
                    throw e;
                } catch (RuntimeException e) {
                    throw cannotApply(file, oneLine(e));
                }
            }
        }
    }

    /** One object, the documents of a file, or a List. */
    private static Stream<?> items(Object manifest) {
        return switch (manifest) {
            case KubernetesResourceList<?> list -> list.getItems().stream();
            case Collection<?> documents -> documents.stream().flatMap(Seeds::items);
            case Object single -> Stream.of(single);
        };
    }

    private void apply(Path file, Object item) {
        switch (item) {
            case GenericKubernetesResource unknown ->
                throw cannotApply(
                        file, "local mode knows no kind " + unknown.getKind() + " of " + unknown.getApiVersion());
            case HasMetadata known -> apply(file, known);
            case Object other -> throw cannotApply(file, "it is not a Kubernetes object");
        }
    }

    private void apply(Path file, HasMetadata object) {
        try {
            ensureNamespace(object.getMetadata().getNamespace());
            apply(object);
        } catch (KubernetesClientException e) {
            throw cannotApply(
                    file,
                    e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                            ? "local mode knows no kind " + object.getKind() + " of " + object.getApiVersion()
                            : e.getStatus() == null ? oneLine(e) : e.getStatus().getMessage());
        }
    }

    /** Here nobody else would make it. */
    private void ensureNamespace(@Nullable String name) {
        if (name != null && client.namespaces().withName(name).get() == null) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .endMetadata()
                            .build())
                    .create();
        }
    }

    private static LocalMode.CannotStart cannotApply(Path file, String why) {
        return new LocalMode.CannotStart("the manifest " + file + " cannot be applied: " + why);
    }

    /** What a parser says over several lines, without the lines that it quotes: they may hold a secret. */
    private static String oneLine(RuntimeException e) {
        Throwable telling = e instanceof KubernetesClientException && e.getCause() != null ? e.getCause() : e;
        return String.valueOf(telling.getMessage())
                .lines()
                .filter(line -> !line.startsWith("    "))
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining(" "));
    }

    private void applyProvider(ProviderSpec spec) {
        ClusterOAuthProvider provider = new ClusterOAuthProvider();
        provider.getMetadata().setName(settings.provider());
        provider.setSpec(spec);
        apply(provider);
    }

    private void applySecret(String name, String clientId) {
        apply(new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .addToStringData("client_id", clientId)
                .addToStringData("client_secret", PlaygroundClient.SECRET)
                .build());
    }

    private void applyConnection(String name, @Nullable GrantType grantType, @Nullable List<String> scopes) {
        OAuthConnection fresh = new OAuthConnection();
        fresh.getMetadata().setName(name);
        fresh.getMetadata().setNamespace(NAMESPACE);
        fresh.setSpec(new OAuthConnectionSpec(
                new ProviderReference(settings.provider()),
                grantType,
                new ClientReference(new SecretReference(name + "-client"), null),
                scopes,
                null,
                null,
                null,
                null,
                null));
        apply(fresh);
    }

    /** Creates it, or gives what is there this spec (or data) and leaves the rest as it is. */
    private void apply(HasMetadata wanted) {
        if (wanted.getMetadata().getNamespace() == null && !(wanted instanceof ClusterOAuthProvider)) {
            wanted.getMetadata().setNamespace(NAMESPACE);
        }
        HasMetadata stored = client.resource(wanted).get();
        if (stored == null) {
            client.resource(wanted).create();
            return;
        }
        wanted.getMetadata().setResourceVersion(stored.getMetadata().getResourceVersion());
        wanted.getMetadata().setUid(stored.getMetadata().getUid());
        if (stored.getMetadata().getAnnotations() != null
                && wanted.getMetadata().getAnnotations() == null) {
            wanted.getMetadata().setAnnotations(stored.getMetadata().getAnnotations());
        }
        client.resource(wanted).update();
    }
}

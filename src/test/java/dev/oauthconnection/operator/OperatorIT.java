package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oauthconnection.api.ClusterOAuthProvider;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionSpec;
import dev.oauthconnection.api.OAuthConnectionSpec.ClientReference;
import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.api.OAuthConnectionSpec.ProviderReference;
import dev.oauthconnection.api.OAuthConnectionSpec.SecretReference;
import dev.oauthconnection.api.ProviderSpec;
import dev.oauthconnection.local.embedded.EmbeddedKubernetes;
import dev.oauthconnection.local.playground.Playground;
import dev.oauthconnection.local.playground.PlaygroundClient;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole operator, on the embedded API and against the playground. */
class OperatorIT {
    @TempDir
    Path folder;

    @Test
    void a_client_credentials_connection_has_its_token_and_refreshes_it() throws Exception {
        try (EmbeddedKubernetes kubernetes = EmbeddedKubernetes.open(folder.resolve("kube"));
                Playground playground = Playground.start(
                        new Playground.Settings(
                                java.nio.file.Files.createDirectory(folder.resolve("playground")),
                                0,
                                List.of(PlaygroundClient.service()),
                                false),
                        InstantSource.system());
                KubernetesClient client = kubernetes.client()) {
            client.resource(provider(playground.issuer())).create();
            client.resource(new SecretBuilder()
                            .withNewMetadata()
                            .withName("service-client")
                            .withNamespace("default")
                            .endMetadata()
                            .addToStringData("client_id", PlaygroundClient.SERVICE)
                            .addToStringData("client_secret", PlaygroundClient.SECRET)
                            .build())
                    .create();
            client.resource(connection()).create();
            try (OperatorProcess operator = operator(client)) {
                operator.start();
                await().atMost(Duration.ofSeconds(10)).until(() -> token(client) != null);
                String first = token(client).getData().get("access_token");
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> !first.equals(token(client).getData().get("access_token")));
                await().untilAsserted(() -> assertThat(client.resources(OAuthConnection.class)
                                .inNamespace("default")
                                .withName("service")
                                .get()
                                .getStatus()
                                .conditions()
                                .getFirst()
                                .getStatus())
                        .isEqualTo("True"));
            }
        }
    }

    private OperatorProcess operator(KubernetesClient client) {
        Configuration configuration = new Configuration(
                EmbeddedKubernetes.OPERATOR_NAMESPACE,
                Configuration.Scope.ALL,
                "pod",
                folder.resolve("journal"),
                URI.create("http://localhost:5001"),
                URI.create("http://localhost:5001/code"),
                Configuration.Network.LOCAL,
                Set.of(),
                null);
        Invitations nobody = new Invitations() {
            @Override
            public Optional<dev.oauthconnection.lifecycle.Trouble> ensure(OAuthConnection connection) {
                return Optional.empty();
            }

            @Override
            public void sweep() {}

            @Override
            public String url(OAuthConnection connection) {
                return "http://localhost:5001/connect";
            }
        };
        Parts parts = new Parts(
                client, configuration, new OkHttpClient(), InstantSource.system(), new SimpleMeterRegistry(), nobody);
        return new OperatorProcess(client, configuration, parts, () -> {});
    }

    private static Secret token(KubernetesClient client) {
        return client.secrets().inNamespace("default").withName("service").get();
    }

    private static ClusterOAuthProvider provider(String issuer) {
        ClusterOAuthProvider provider = new ClusterOAuthProvider();
        provider.getMetadata().setName("playground");
        provider.setSpec(new ProviderSpec(issuer, null, null, null, null, null, null, null, null));
        return provider;
    }

    private static OAuthConnection connection() {
        OAuthConnection connection = new OAuthConnection();
        connection.getMetadata().setName("service");
        connection.getMetadata().setNamespace("default");
        connection.setSpec(new OAuthConnectionSpec(
                new ProviderReference("playground"),
                GrantType.ClientCredentials,
                new ClientReference(new SecretReference("service-client"), null),
                null,
                null,
                null,
                null,
                null,
                null));
        return connection;
    }
}

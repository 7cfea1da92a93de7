package dev.oauthconnection.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.testing.ApiServer;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Secrets that the examples make have the shape that those who read them expect. */
class ExampleSecretsIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    /** With what has to be quoted in JSON, and padded in base64. */
    private static final PublishedToken TOKEN = Fixtures.token("at-\"1\\/+=");

    static Stream<OAuthConnection> connections() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("examples"))) {
            List<Path> manifests =
                    files.filter(file -> file.toString().endsWith(".yaml")).toList();
            return manifests.stream().flatMap(file -> connections(file).stream());
        }
    }

    private static List<OAuthConnection> connections(Path file) {
        try {
            return Arrays.stream(Files.readString(file).split("(?m)^---$"))
                    .filter(document -> document.contains("kind: OAuthConnection\n"))
                    .map(document -> Serialization.unmarshal(document, OAuthConnection.class))
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** As the API server took it. */
    private static Secret published(OAuthConnection connection) {
        connection.getMetadata().setNamespace(api.namespace());
        connection.getMetadata().setUid("uid");
        Secret rendered = Fixtures.rendered(connection, TOKEN);
        return api.client().resource(rendered).create();
    }

    private static Secret published(String example) {
        return published(connections(Path.of("examples", example)).getFirst());
    }

    @ParameterizedTest
    @MethodSource("connections")
    void the_api_server_accepts_the_secret_of_each_example(OAuthConnection connection) {
        assertThat(published(connection).getData()).isNotEmpty();
    }

    @Test
    void the_pull_secret_names_the_registry_and_its_login() throws IOException {
        Secret secret = published("registry.yaml");
        assertThat(secret.getType()).isEqualTo("kubernetes.io/dockerconfigjson");
        assertThat(Fixtures.decoded(secret)).containsOnlyKeys(".dockerconfigjson");
        JsonNode login = new ObjectMapper()
                .readTree(Fixtures.decoded(secret).get(".dockerconfigjson"))
                .path("auths")
                .path("europe-west1-docker.pkg.dev");
        assertThat(login.path("username").asText()).isEqualTo("oauth2accesstoken");
        assertThat(login.path("password").asText()).isEqualTo(TOKEN.accessToken());
        String auth = new String(Base64.getDecoder().decode(login.path("auth").asText()), StandardCharsets.UTF_8);
        assertThat(auth).isEqualTo("oauth2accesstoken:" + TOKEN.accessToken());
    }

    @Test
    void flux_finds_user_name_and_password() {
        assertThat(Fixtures.decoded(published("flux-git.yaml")))
                .isEqualTo(Map.of("username", "oauth2", "password", TOKEN.accessToken()));
    }

    @Test
    void argo_cd_finds_the_repository_by_its_label() {
        Secret secret = published("argocd-repository.yaml");
        assertThat(secret.getMetadata().getLabels()).containsEntry("argocd.argoproj.io/secret-type", "repository");
        assertThat(Fixtures.decoded(secret))
                .isEqualTo(Map.of(
                        "type", "git",
                        "url", "https://gitlab.example.com/platform/deployments.git",
                        "username", "oauth2",
                        "password", TOKEN.accessToken()));
    }
}

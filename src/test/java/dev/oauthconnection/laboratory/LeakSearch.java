package dev.oauthconnection.laboratory;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Looks for refresh tokens where none may be: logs and crash files, events, connections with their statuses, metrics, pages, and every
 * Secret but those that are there for them.
 */
final class LeakSearch {
    private final List<String> found = new ArrayList<>();

    private LeakSearch() {}

    /** What is found in the logs and crash files of a folder. */
    static List<String> in(Path folder) {
        LeakSearch search = new LeakSearch();
        search.files(folder);
        return search.found;
    }

    /** What is found there, in the objects of these namespaces, and on the pages that the pods serve. */
    static List<String> everywhere(Path folder, KubernetesClient client, List<Pod> pods, String... namespaces) {
        LeakSearch search = new LeakSearch();
        search.files(folder);
        search.objects(client, namespaces);
        pods.stream().flatMap(pod -> pod.pages().stream()).forEach(search::page);
        return search.found;
    }

    private void look(String where, String text) {
        if (text.contains(RotatingServer.MARK)) {
            found.add(where);
        }
    }

    private void files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                look(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void objects(KubernetesClient client, String... namespaces) {
        for (String namespace : namespaces) {
            client.resources(OAuthConnection.class)
                    .inNamespace(namespace)
                    .list()
                    .getItems()
                    .forEach(it -> look("connection " + it.getMetadata().getName(), Serialization.asYaml(it)));
            client.v1()
                    .events()
                    .inNamespace(namespace)
                    .list()
                    .getItems()
                    .forEach(it -> look("event " + it.getMetadata().getName(), Serialization.asYaml(it)));
            client.secrets().inNamespace(namespace).list().getItems().stream()
                    .filter(secret -> !isForRefreshTokens(secret))
                    .forEach(this::secret);
        }
    }

    /** Those of the operator, and those that a user made to bring a grant along. */
    private static boolean isForRefreshTokens(Secret secret) {
        Map<String, String> labels =
                Objects.requireNonNullElse(secret.getMetadata().getLabels(), Map.of());
        return Names.GRANT.equals(labels.get(Names.ROLE))
                || secret.getMetadata().getName().endsWith("-existing");
    }

    private void secret(Secret secret) {
        String name = "Secret " + secret.getMetadata().getName();
        look(name, Serialization.asYaml(secret.getMetadata()));
        Objects.requireNonNullElse(secret.getData(), Map.<String, String>of())
                .forEach((key, value) -> look(
                        name + " key " + key,
                        new String(Base64.getDecoder().decode(value), StandardCharsets.ISO_8859_1)));
    }

    private void page(URI uri) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            look(
                    uri.getPath(),
                    http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                            .body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

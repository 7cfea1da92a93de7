package dev.oauthconnection.local.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oauthconnection.api.OAuthConnection;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretList;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WatchTest extends OnEmbeddedApi {
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @Test
    void a_watch_from_a_list_misses_nothing_between_the_two() {
        String version =
                client.secrets().inNamespace("default").list().getMetadata().getResourceVersion();
        client.resource(secret("a").build()).create();
        secretNamed("a").edit(s -> s.edit().addToData("k", "dg==").build());
        secretNamed("a").delete();

        watch(client.secrets().inNamespace("default"), version);
        client.resource(secret("b").build()).create();

        awaitSeen("ADDED a", "MODIFIED a", "DELETED a", "ADDED b");
    }

    @Test
    void a_watch_without_a_version_begins_with_what_is_there() {
        client.resource(secret("a").build()).create();

        watch(client.secrets().inNamespace("default"), "");
        client.resource(secret("b").build()).create();

        awaitSeen("ADDED a", "ADDED b");
    }

    @Test
    void an_object_that_stops_matching_is_deleted_to_the_watcher() {
        watch(client.secrets().inNamespace("default").withLabel("app", "x"), "");
        client.resource(secret("a").build()).create();
        label("a", "x");
        label("a", "y");
        client.resource(secret("z")
                        .editMetadata()
                        .addToLabels("app", "x")
                        .endMetadata()
                        .build())
                .create();

        awaitSeen("ADDED a", "DELETED a", "ADDED z");
    }

    @Test
    void a_watch_from_before_a_restart_is_gone() throws Exception {
        String version =
                client.secrets().inNamespace("default").list().getMetadata().getResourceVersion();
        client.resource(secret("a").build()).create();
        restart();

        try (HttpClient http = HttpClient.newHttpClient()) {
            var answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port()
                                    + "/api/v1/secrets?watch=true&resourceVersion=" + version))
                            .header("Authorization", "Bearer " + api.token())
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(410);
        }
    }

    @Test
    void a_watch_ends_after_its_timeout() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port()
                                    + "/api/v1/namespaces?watch=true&timeoutSeconds=1&allowWatchBookmarks=true"))
                            .header("Authorization", "Bearer " + api.token())
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.body().lines().toList())
                    .hasSize(3)
                    .last()
                    .asString()
                    .contains("BOOKMARK");
        }
    }

    @Test
    void a_watch_that_was_ended_vouches_for_nothing() throws Exception {
        Collection secrets = new Collection(ResourceType.SECRETS, "default");
        var ended = new Watch(secrets, object -> true, watch -> {});
        ended.close();
        assertThat(ended.next(Duration.ZERO)).isEmpty();
        assertThat(ended.isDrained()).isFalse();
    }

    @Test
    void an_informer_sees_every_object_that_writers_make_meanwhile() {
        Thread writer = Thread.ofVirtual().start(() -> IntStream.range(0, 200)
                .forEach(i -> client.resource(secret("s" + i).build()).create()));
        try (var informer = client.secrets().inNamespace("default").inform()) {
            await().untilAsserted(() -> assertThat(informer.getStore().list()).hasSize(200));
        } finally {
            writer.interrupt();
        }
    }

    @Test
    void text_of_other_languages_arrives_whole() {
        List<String> urls = new CopyOnWriteArrayList<>();
        createConnection("books");
        String text = "Grüße, 契約, 🔑".repeat(500);
        try (var informer =
                client.resources(OAuthConnection.class).inNamespace("default").inform()) {
            connection("books").edit(c -> {
                c.getMetadata().setAnnotations(java.util.Map.of("text", text));
                return c;
            });
            await().untilAsserted(() -> {
                urls.clear();
                informer.getStore()
                        .list()
                        .forEach(c -> urls.add(c.getMetadata().getAnnotations().get("text")));
                assertThat(urls).containsExactly(text);
            });
        }
    }

    private void label(String name, String value) {
        secretNamed(name).edit(s -> s.edit()
                .editMetadata()
                .addToLabels("app", value)
                .endMetadata()
                .build());
    }

    private void watch(FilterWatchListDeletable<Secret, SecretList, Resource<Secret>> secrets, String version) {
        secrets.watch(
                new ListOptionsBuilder()
                        .withResourceVersion(version.isEmpty() ? null : version)
                        .build(),
                new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, Secret secret) {
                        seen.add(action + " " + secret.getMetadata().getName());
                    }

                    @Override
                    public void onClose(WatcherException cause) {
                        seen.add("closed");
                    }
                });
    }

    private void awaitSeen(String... events) {
        await().untilAsserted(() -> assertThat(seen).containsExactly(events));
    }
}

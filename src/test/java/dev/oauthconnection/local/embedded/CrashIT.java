package dev.oauthconnection.local.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes as fast as it can and is killed (SIGKILL) in the middle of it, again and again. */
class CrashIT {
    private static final int KILLS = 20;

    /** One write of the endless sequence of writes: each seventh deletes. */
    record Write(int index) {
        String secret() {
            return "s" + index % 5;
        }

        boolean deletes() {
            return index % 7 == 6;
        }

        void replayOn(Map<String, String> state) {
            if (deletes()) {
                state.remove(secret());
            } else {
                state.put(secret(), Integer.toString(index));
            }
        }
    }

    record Acknowledged(int index, long resourceVersion) {}

    @Test
    void no_acknowledged_write_is_lost_by_a_kill(@TempDir Path parent) throws Exception {
        Path folder = parent.resolve("state-of-test");
        Random random = new Random(42);
        int next = 0;
        long latest = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            List<Acknowledged> acknowledged = writeUntilKilled(folder, next, Duration.ofMillis(random.nextInt(150)));
            for (Acknowledged write : acknowledged) {
                assertThat(write.resourceVersion()).isGreaterThan(latest);
                latest = write.resourceVersion();
            }
            int last = acknowledged.getLast().index();
            Map<String, String> found = read(folder);
            // A write may have been stored and the process killed before it could say so.
            assertThat(found).isIn(stateAfter(last), stateAfter(last + 1));
            next = found.equals(stateAfter(last)) ? last + 1 : last + 2;
        }
    }

    private static Map<String, String> stateAfter(int last) {
        Map<String, String> state = new TreeMap<>();
        for (int index = 0; index <= last; index++) {
            new Write(index).replayOn(state);
        }
        return state;
    }

    private static Map<String, String> read(Path folder) throws Exception {
        try (FolderLock lock = FolderLock.take(folder)) {
            Map<String, String> state = new TreeMap<>();
            new ObjectStore(new StateFolder(folder.resolve("state")))
                    .list(new Collection(ResourceType.SECRETS, "default"), object -> true)
                    .items()
                    .forEach(secret -> state.put(
                            secret.path("metadata").path("name").asText(),
                            secret.path("metadata")
                                    .path("annotations")
                                    .path("index")
                                    .asText()));
            assertThat(lock).isNotNull();
            return state;
        }
    }

    private static List<Acknowledged> writeUntilKilled(Path folder, int from, Duration delay) throws Exception {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        folder.toString(),
                        Integer.toString(from))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
            Acknowledged first = acknowledged(output.readLine());
            assertThatThrownBy(() -> FolderLock.take(folder)).hasMessageContaining("another process uses " + folder);
            // By its handle: Process.destroyForcibly would also close the output, with acknowledgements still in it.
            CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(writer.toHandle()::destroyForcibly);
            // The last line may be cut.
            Stream<Acknowledged> others =
                    output.lines().filter(line -> line.endsWith(" .")).map(CrashIT::acknowledged);
            return Stream.concat(Stream.of(first), others).toList();
        } finally {
            writer.destroyForcibly().waitFor();
        }
    }

    private static Acknowledged acknowledged(String line) {
        String[] words = line.split(" ", -1);
        return new Acknowledged(Integer.parseInt(words[0]), Long.parseLong(words[1]));
    }

    /** The process that is killed. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws Exception {
            EmbeddedKubernetes api = EmbeddedKubernetes.open(Path.of(arguments[0]));
            try (HttpClient http = HttpClient.newHttpClient()) {
                for (int index = Integer.parseInt(arguments[1]); true; index++) {
                    long version = write(http, api, new Write(index));
                    System.out.println(index + " " + version + " .");
                }
            }
        }

        /** Plain HTTP: a Kubernetes client would take most of the time of this test to start. */
        private static long write(HttpClient http, EmbeddedKubernetes api, Write write) throws Exception {
            String one = "/" + write.secret();
            if (write.deletes()) {
                int status = send(http, request(api, one).DELETE()).statusCode();
                require(status == 200 || status == 404);
                return version(send(http, request(api, "")));
            }
            String applied = "{\"metadata\": {\"annotations\": {\"index\": \"" + write.index() + "\"}}}";
            return version(send(
                    http,
                    request(api, one + "?fieldManager=test&force=true")
                            .header("Content-Type", "application/apply-patch+yaml")
                            .method("PATCH", BodyPublishers.ofString(applied))));
        }

        private static void require(boolean expected) {
            if (!expected) {
                throw new IllegalStateException("the API refused a write");
            }
        }

        private static HttpRequest.Builder request(EmbeddedKubernetes api, String path) {
            return HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + api.port() + "/api/v1/namespaces/default/secrets" + path))
                    .header("Authorization", "Bearer " + api.token());
        }

        private static HttpResponse<byte[]> send(HttpClient http, HttpRequest.Builder request) throws Exception {
            return http.send(request.build(), BodyHandlers.ofByteArray());
        }

        private static long version(HttpResponse<byte[]> answer) {
            require(answer.statusCode() < 300);
            return Json.resourceVersion(Json.parseObject(answer.body()));
        }
    }
}

package dev.oauthconnection.laboratory;

import dev.oauthconnection.testing.ApiServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** The API server and etcd that this process started, as processes that can be killed, stopped and filled. */
final class ControlPlane implements AutoCloseable {
    private static final String API_SERVER = "/kube-apiserver";

    private final ApiServer api;
    private final KubernetesClient impatient;
    private final Path folder;
    private List<String> commandLine = List.of();

    /** @param folder of the logs of an API server that is started again */
    ControlPlane(ApiServer api, Path folder) {
        this.api = api;
        this.impatient = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(api.client().getConfiguration())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
        this.folder = folder;
    }

    /** SIGKILL; etcd goes on. */
    void killApiServer() {
        api.mayEnd();
        ProcessHandle running = child(API_SERVER);
        commandLine = commandLine(running);
        running.destroyForcibly();
        running.onExit().join();
    }

    /** The one that was killed, on its port and with what etcd has. Returns once it is ready. */
    void startApiServer() {
        try {
            Process again = new ProcessBuilder(commandLine)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("kube-apiserver.log").toFile()))
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(again::destroyForcibly));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        while (!isReady()) {
            Trial.pause(Duration.ofMillis(50));
        }
    }

    private boolean isReady() {
        try {
            return "ok".equals(impatient.raw("/readyz"));
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    void stopApiServer() {
        signal("STOP", child(API_SERVER));
    }

    void letApiServerGo() {
        signal("CONT", child(API_SERVER));
    }

    void raiseNoSpace() {
        alarm("ACTIVATE");
    }

    void clearNoSpace() {
        alarm("DEACTIVATE");
    }

    /** What etcd does itself when its quota is used up, asked of it over its gateway (etcd's API reference, Maintenance.Alarm). */
    private void alarm(String action) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(etcdUrl() + "/v3/maintenance/alarm"))
                            .POST(HttpRequest.BodyPublishers.ofString("{\"action\": \"" + action
                                    + "\", \"memberID\": \"" + member(http) + "\", \"alarm\": \"NOSPACE\"}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException("etcd: " + answer.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String member(HttpClient http) throws IOException, InterruptedException {
        HttpResponse<String> status = http.send(
                HttpRequest.newBuilder(URI.create(etcdUrl() + "/v3/maintenance/status"))
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return Form.json(status.body(), "member_id");
    }

    private static String etcdUrl() {
        List<String> arguments = commandLine(child("/etcd"));
        return arguments.get(arguments.indexOf("--listen-client-urls") + 1).replace("0.0.0.0", "127.0.0.1");
    }

    private static ProcessHandle child(String program) {
        return ProcessHandle.current()
                .descendants()
                .filter(ProcessHandle::isAlive)
                .filter(process -> process.info().command().orElse("").endsWith(program))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> commandLine(ProcessHandle process) {
        try {
            return Arrays.asList(Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .split("\0"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void signal(String name, ProcessHandle process) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        impatient.close();
    }
}

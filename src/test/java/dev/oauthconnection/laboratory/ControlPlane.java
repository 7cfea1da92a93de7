package dev.oauthconnection.laboratory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The API server and etcd that this process started, as processes that can be stopped and filled. */
final class ControlPlane {
    void stopApiServer() {
        signal("STOP", child("/kube-apiserver"));
    }

    void letApiServerGo() {
        signal("CONT", child("/kube-apiserver"));
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
}

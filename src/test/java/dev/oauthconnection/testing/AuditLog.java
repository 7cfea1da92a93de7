package dev.oauthconnection.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the API server was asked, and by whom: its own audit log, at the level of metadata. */
public record AuditLog(Path folder) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> WRITES = Set.of("create", "update", "patch", "delete", "deletecollection");

    /**
     * One request that was answered.
     *
     * @param resource with its subresource, as in {@code oauthconnections/status}
     * @param code of the HTTP answer
     */
    public record Request(String user, String verb, String resource, String namespace, String name, int code) {
        public boolean isWrite() {
            return WRITES.contains(verb);
        }

        @Override
        public String toString() {
            return verb + " " + resource + " " + namespace + "/" + name + " " + code;
        }
    }

    static AuditLog create() {
        try {
            Path folder = Files.createTempDirectory("audit");
            Files.writeString(folder.resolve("policy.yaml"), """
                    apiVersion: audit.k8s.io/v1
                    kind: Policy
                    omitStages: [RequestReceived, ResponseStarted]
                    rules:
                      - level: Metadata
                    """);
            return new AuditLog(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The API server's flags. Each request is logged before it is answered, so that nothing has to be waited for. */
    List<String> flags() {
        return List.of(
                "--audit-policy-file=" + folder.resolve("policy.yaml"),
                "--audit-log-path=" + file(),
                "--audit-log-mode=blocking-strict");
    }

    /** How far the log is written: a place to read from later. */
    public long position() {
        try {
            return Files.exists(file()) ? Files.size(file()) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The requests of a user that were answered after that position, oldest first. */
    public List<Request> since(long position, String user) {
        try (var log = Files.newInputStream(file())) {
            log.skipNBytes(position);
            List<Request> requests = new ArrayList<>();
            for (String line : new String(log.readAllBytes()).split("\n")) {
                Request request = line.endsWith("}") ? request(JSON.readTree(line)) : null;
                if (request != null && request.user().equals(user)) {
                    requests.add(request);
                }
            }
            return requests;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Request request(JsonNode event) {
        JsonNode object = event.path("objectRef");
        String subresource = object.path("subresource").asText();
        return new Request(
                event.path("user").path("username").asText(),
                event.path("verb").asText(),
                object.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
                object.path("namespace").asText(),
                object.path("name").asText(),
                event.path("responseStatus").path("code").asInt());
    }

    private Path file() {
        return folder.resolve("audit.log");
    }
}

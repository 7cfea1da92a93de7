package dev.oauthconnection.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** What stands in deploy/monitoring. */
final class Monitoring {
    static final Path FOLDER = Path.of("deploy", "monitoring");
    static final Path RULES = FOLDER.resolve("rules.yaml");

    private Monitoring() {}

    /** An alert of rules.yaml. */
    record Alert(String name, String expression, String summary, String runbook) {}

    static List<Alert> alerts() {
        JsonNode rules = read(new YAMLMapper(), RULES).at("/groups/0/rules");
        return StreamSupport.stream(rules.spliterator(), false)
                .map(rule -> new Alert(
                        rule.path("alert").asText(),
                        rule.path("expr").asText(),
                        rule.at("/annotations/summary").asText(),
                        rule.at("/annotations/runbook_url").asText()))
                .toList();
    }

    static JsonNode dashboard() {
        return read(new ObjectMapper(), FOLDER.resolve("dashboard.json"));
    }

    /** What the dashboard asks, with its variables replaced as Grafana does. */
    static List<String> dashboardExpressions() {
        List<String> expressions = new ArrayList<>();
        dashboard().path("panels").forEach(panel -> panel.path("targets")
                .forEach(target -> expressions.add(target.path("expr")
                        .asText()
                        .replace("$__rate_interval", "5m")
                        .replaceAll("\\$(job|namespace)", ".*"))));
        return expressions;
    }

    private static JsonNode read(ObjectMapper mapper, Path file) {
        try {
            return mapper.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.oauthconnection.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.observe.Monitoring.Alert;
import dev.oauthconnection.testing.CheckedIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Alerts and dashboard ask for metrics that an operator serves, and lead to what a person should do. */
class MonitoringTest {
    private static final Pattern SERIES = Pattern.compile("\\b((?:oauthconnection|jvm|process)_\\w+)(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("\\bby \\(([^)]*)\\)");
    /** Those that Prometheus adds to what it scrapes. */
    private static final Set<String> OF_THE_TARGET = Set.of("job", "namespace", "pod", "instance");

    private static final Map<String, Map<String, Set<String>>> SERVED =
            ServedMetrics.ofAnOperator().series();

    static Stream<String> expressions() {
        return Stream.concat(
                Monitoring.alerts().stream().map(Alert::expression), Monitoring.dashboardExpressions().stream());
    }

    static List<Alert> alerts() {
        return Monitoring.alerts();
    }

    @ParameterizedTest
    @MethodSource("expressions")
    void each_metric_is_one_that_an_operator_serves_with_these_labels(String expression) {
        Set<String> labels = new TreeSet<>(OF_THE_TARGET);
        List<MatchResult> series = SERIES.matcher(expression).results().toList();
        assertThat(series).isNotEmpty();
        for (MatchResult each : series) {
            // Served from the first collection on.
            if (each.group(1).startsWith("jvm_gc_pause_seconds")) {
                continue;
            }
            assertThat(SERVED).containsKey(each.group(1));
            Map<String, Set<String>> served = SERVED.get(each.group(1));
            labels.addAll(served.keySet());
            MATCHER.matcher(each.group(2) == null ? "" : each.group(2))
                    .results()
                    .forEach(matcher -> {
                        String label = matcher.group(1);
                        if (!OF_THE_TARGET.contains(label)) {
                            assertThat(served).as(each.group()).containsKey(label);
                            assertThat(served.get(label)).as(each.group()).contains(matcher.group(3));
                        }
                    });
        }
        GROUPING.matcher(expression).results().forEach(by -> assertThat(labels)
                .as(expression)
                .containsAll(Arrays.asList(by.group(1).split(", "))));
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void each_alert_leads_to_a_section_that_is_there(Alert alert) throws IOException {
        String[] runbook = alert.runbook().split("#", 2);
        Path page = Path.of(runbook[0]);
        assertThat(page).exists();
        if (runbook.length == 2 && !runbook[1].contains("$labels")) {
            assertThat(anchors(page)).contains(runbook[1]);
        }
        assertThat(anchors(Path.of("docs", "monitoring.md")))
                .contains(alert.name().toLowerCase(Locale.ROOT));
        assertThat(alert.summary()).endsWith(".");
    }

    @Test
    void each_reason_for_which_a_person_is_needed_has_the_section_that_its_alert_names() throws IOException {
        assertThat(anchors(Path.of("docs", "reasons.md")))
                .containsAll(Arrays.stream(Reason.values())
                        .map(reason -> reason.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    @Test
    void each_alert_is_proven_to_fire_and_to_stay_silent() throws IOException {
        String tests = Files.readString(Monitoring.FOLDER.resolve("rules-test.yaml"));
        assertThat(alerts()).hasSizeGreaterThan(10).allSatisfy(alert -> assertThat(tests)
                .contains("- name: " + alert.name() + " fires\n")
                .contains("- name: " + alert.name() + " is silent\n"));
    }

    @Test
    void the_object_of_the_prometheus_operator_holds_the_same_rules() throws IOException {
        String rules = Files.readString(Monitoring.RULES);
        String object = """
                # Generated from rules.yaml. Bring it up to date with: mvn -q test -Dtest=MonitoringTest -Dregenerate
                apiVersion: monitoring.coreos.com/v1
                kind: PrometheusRule
                metadata:
                  name: oauth-connection-operator
                  namespace: oauthconnection-system
                  labels: {app.kubernetes.io/name: oauth-connection-operator}
                spec:
                """ + rules.substring(rules.indexOf("groups:")).indent(2);
        CheckedIn.assertCurrent(Monitoring.FOLDER.resolve("prometheusrule.yaml"), object, MonitoringTest.class);
    }

    @Test
    void the_dashboard_asks_the_data_source_that_its_reader_chooses() {
        List<String> sources = new ArrayList<>();
        for (JsonNode panel : Monitoring.dashboard().path("panels")) {
            if (!panel.path("type").asText().equals("row")) {
                sources.add(panel.at("/datasource/uid").asText());
                panel.path("targets")
                        .forEach(target ->
                                sources.add(target.at("/datasource/uid").asText()));
            }
        }
        assertThat(sources).hasSizeGreaterThan(20).containsOnly("${datasource}");
        assertThat(Monitoring.dashboard().at("/templating/list/0/type").asText())
                .isEqualTo("datasource");
    }

    @Test
    void the_panels_of_the_dashboard_do_not_cover_each_other() {
        Set<String> cells = new TreeSet<>();
        for (JsonNode panel : Monitoring.dashboard().path("panels")) {
            JsonNode place = panel.path("gridPos");
            assertThat(place.path("x").asInt() + place.path("w").asInt()).isLessThanOrEqualTo(24);
            for (int x = 0; x < place.path("w").asInt(); x++) {
                for (int y = 0; y < place.path("h").asInt(); y++) {
                    assertThat(cells.add((place.path("x").asInt() + x) + ","
                                    + (place.path("y").asInt() + y)))
                            .as(panel.path("title").asText())
                            .isTrue();
                }
            }
        }
    }

    private static List<String> anchors(Path page) throws IOException {
        return Files.readAllLines(page).stream()
                .filter(line -> line.startsWith("#"))
                .map(line ->
                        line.replaceAll("^#+ |`", "").toLowerCase(Locale.ROOT).replace(' ', '-'))
                .toList();
    }
}

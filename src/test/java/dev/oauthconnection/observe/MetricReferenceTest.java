package dev.oauthconnection.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.testing.CheckedIn;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/metrics.md: what {@code /metrics} serves. */
class MetricReferenceTest {
    /** Labels of which nobody can list the values beforehand. */
    private static final Set<String> OPEN = Set.of("provider", "namespace", "name");

    private final ServedMetrics served = ServedMetrics.ofAnOperator();

    @Test
    void the_reference_of_metrics_is_that_of_the_code() {
        CheckedIn.assertCurrent(Path.of("docs", "metrics.md"), page(), MetricReferenceTest.class);
    }

    @Test
    void each_of_our_own_metrics_is_described() {
        assertThat(served.families())
                .filteredOn(family -> family.name().startsWith("oauthconnection_"))
                .hasSizeGreaterThan(12)
                .allSatisfy(family -> assertThat(family.help()).endsWith("."));
    }

    private String page() {
        Map<Boolean, List<ServedMetrics.Family>> families = served.families().stream()
                .filter(family -> !family.name().endsWith("_max"))
                // Served from the first collection on.
                .filter(family -> !family.name().matches("jvm_gc_(pause|concurrent).*"))
                .collect(Collectors.partitioningBy(family -> family.name().startsWith("oauthconnection_")));
        return """
                # Metrics

                <!-- Generated from the code. Bring it up to date with: mvn -q test -Dtest=MetricReferenceTest -Dregenerate -->

                `/metrics` of the management port (8081) serves these in Prometheus' text format. No label grows with the number of
                connections, but for `oauthconnection_token_expiry_timestamp_seconds`, which is served only with `--expiry-metrics`: one
                series for each connection. `provider` has as many values as there are providers. What is known of the connections is known
                to the leader; a follower serves zeros, so `sum` over the replicas is right; where there is NaN, `min` is. [monitoring.md](monitoring.md) has the alerts.

                | metric | type | labels | |
                |---|---|---|---|
                """ + rows(families.get(true)) + """

                ## Of the process
                | metric | type | labels | |
                |---|---|---|---|
                """ + rows(families.get(false));
    }

    private static String rows(List<ServedMetrics.Family> families) {
        return families.stream()
                .map(family -> "| `%s` | %s | %s | %s |%n"
                        .formatted(family.name(), family.type(), labels(family), family.help()))
                .collect(Collectors.joining());
    }

    private static String labels(ServedMetrics.Family family) {
        return family.labels().entrySet().stream()
                .filter(label -> !label.getKey().equals("le"))
                .map(label -> "`" + label.getKey() + "`" + values(family, label.getKey(), label.getValue()))
                .collect(Collectors.joining("; "));
    }

    /** Those of ours are enumerated; what the virtual machine calls its memory is its own affair. */
    private static String values(ServedMetrics.Family family, String label, Set<String> values) {
        boolean listed = family.name().startsWith("oauthconnection_") && !OPEN.contains(label);
        return !listed ? "" : values.size() > 20 ? ": the [reasons](reasons.md)" : ": " + String.join(", ", values);
    }
}

package dev.oauthconnection.observe;

import dev.oauthconnection.grant.LossWindow;
import dev.oauthconnection.grant.Step.Outcome;
import dev.oauthconnection.testing.CheckedIn;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/metrics.md: what {@code /metrics} serves of our own. */
class MetricReferenceTest {
    @Test
    void the_reference_of_metrics_is_that_of_the_code() {
        CheckedIn.assertCurrent(Path.of("docs", "metrics.md"), page(), MetricReferenceTest.class);
    }

    private static String page() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new Meters(registry);
        StringBuilder page = new StringBuilder("""
                # Metrics

                <!-- Generated from the code. Bring it up to date with: mvn -q test -Dtest=MetricReferenceTest -Dregenerate -->

                `/metrics` of the management port serves these. No label grows with the number of connections.

                | metric | type | labels | |
                |---|---|---|---|
                """);
        page.append("| `oauthconnection_redemptions_seconds` | summary | `outcome`: %s | %s |%n"
                .formatted(outcomes(), Meters.REDEMPTIONS));
        Map<String, String> rows = new TreeMap<>();
        for (Meter meter : registry.getMeters()) {
            String name = meter.getId().getName().replace('.', '_') + "_total";
            String labels = meter.getId().getTags().stream()
                    .map(Tag::getKey)
                    .distinct()
                    .map(MetricReferenceTest::label)
                    .collect(Collectors.joining());
            rows.put(
                    name,
                    "| `%s` | counter | %s | %s |%n"
                            .formatted(name, labels, meter.getId().getDescription()));
        }
        rows.values().forEach(page::append);
        return page.toString();
    }

    private static String label(String key) {
        return switch (key) {
            case "window" -> "`window`: " + names(LossWindow.values());
            case "outcome" -> "`outcome`: " + names(Meters.PodTold.values());
            default -> "`" + key + "`";
        };
    }

    private static String names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).collect(Collectors.joining(", "));
    }

    private static String outcomes() {
        return Arrays.stream(Outcome.class.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .collect(Collectors.joining(", "));
    }
}

package dev.oauthconnection.observe;

import dev.oauthconnection.grant.Step.Outcome;
import dev.oauthconnection.observe.ConnectionMeters.Sight;
import dev.oauthconnection.observe.ConnectionMeters.State;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code /metrics} of an operator serves, read from its text: each metric with its labels and the values that they had. */
public final class ServedMetrics {
    private static final Pattern DESCRIPTION = Pattern.compile("# (HELP|TYPE) (\\w+) (.*)");
    private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    /**
     * A metric.
     *
     * @param labels with the values that they had
     */
    public record Family(String name, String type, String help, Map<String, Set<String>> labels) {}

    private final Map<String, String> helps = new TreeMap<>();
    private final Map<String, String> types = new TreeMap<>();
    private final Map<String, Map<String, Set<String>>> samples = new TreeMap<>();

    private ServedMetrics(String text) {
        text.lines().forEach(this::read);
    }

    /** Of an operator that serves every metric that it can. */
    public static ServedMetrics ofAnOperator() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Meters meters = new Meters(registry);
        meters.leader(() -> true);
        meters.journal(() -> 0);
        meters.redemption("xero", new Outcome.Stale(""), Duration.ZERO);
        new ConnectionMeters(registry, () -> Instant.EPOCH, true)
                .seen("finance", "books", new Sight(State.Ready, null, Instant.EPOCH, Instant.EPOCH));
        try (ProcessMeters process = new ProcessMeters(registry)) {
            return new ServedMetrics(registry.scrape());
        }
    }

    private void read(String line) {
        Matcher description = DESCRIPTION.matcher(line);
        Matcher sample = SAMPLE.matcher(line);
        if (description.matches()) {
            (description.group(1).equals("HELP") ? helps : types).put(description.group(2), description.group(3));
        } else if (sample.matches()) {
            Map<String, Set<String>> labels = samples.computeIfAbsent(sample.group(1), name -> new TreeMap<>());
            if (sample.group(2) != null) {
                Matcher label = LABEL.matcher(sample.group(2));
                while (label.find()) {
                    labels.computeIfAbsent(label.group(1), key -> new TreeSet<>())
                            .add(label.group(2));
                }
            }
        }
    }

    /** The metrics as they are described, by name. */
    Collection<Family> families() {
        return types.entrySet().stream()
                .map(type -> new Family(
                        type.getKey(), type.getValue(), helps.getOrDefault(type.getKey(), ""), labels(type.getKey())))
                .toList();
    }

    private Map<String, Set<String>> labels(String family) {
        return samples.getOrDefault(
                family, samples.getOrDefault(family + "_bucket", samples.getOrDefault(family + "_count", Map.of())));
    }

    /** The series by the names that queries use, such as those of a histogram's buckets, with labels and values. */
    public Map<String, Map<String, Set<String>>> series() {
        return samples;
    }
}

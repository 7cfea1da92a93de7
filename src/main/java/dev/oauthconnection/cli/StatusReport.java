package dev.oauthconnection.cli;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.cli.ConnectionHealth.State;
import dev.oauthconnection.cli.StatusCommand.Output;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What {@code status} prints. */
final class StatusReport {
    /**
     * What was asked for.
     *
     * @param namespace null for that of the context
     * @param name null for all connections
     */
    record Asked(
            @Nullable String namespace,
            boolean allNamespaces,
            @Nullable String name,
            Output output) {}

    private StatusReport() {}

    static int run(ClusterOptions cluster, Asked asked, Console console, InstantSource clock) {
        return ClusterSession.within(cluster, asked.namespace(), session -> {
            List<OAuthConnection> connections = connections(session, asked);
            IdleLifetimes lifetimes = IdleLifetimes.in(session.client());
            Instant now = clock.instant();
            List<ConnectionHealth> healths = connections.stream()
                    .map(c -> ConnectionHealth.of(
                            c, lifetimes.of(c.getSpec().provider().name()), now))
                    .sorted(ConnectionHealth.WORST_FIRST)
                    .toList();
            if (healths.isEmpty()) {
                console.say("No connections found"
                        + (asked.allNamespaces() ? "." : " in namespace " + session.namespace() + "."));
            }
            console.print(text(healths, asked, console, now));
            return healths.stream().anyMatch(health -> health.state().needsPerson())
                    ? ExitStatus.Attention.code()
                    : ExitStatus.Done.code();
        });
    }

    private static List<OAuthConnection> connections(ClusterSession session, Asked asked) {
        String name = asked.name();
        if (name != null) {
            return List.of(session.connection(name));
        }
        var all = session.client().resources(OAuthConnection.class);
        return asked.allNamespaces()
                ? all.inAnyNamespace().list().getItems()
                : all.inNamespace(session.namespace()).list().getItems();
    }

    private static String text(List<ConnectionHealth> healths, Asked asked, Console console, Instant now) {
        return switch (asked.output()) {
            case json -> Serialization.asJson(document(healths)) + "\n";
            case yaml -> Serialization.asYaml(document(healths));
            case name -> names(healths);
            case table, wide ->
                healths.isEmpty()
                        ? ""
                        : table(healths, asked.allNamespaces(), asked.output() == Output.wide, now)
                                        .render(console.ansi())
                                + advice(healths);
        };
    }

    private static String names(List<ConnectionHealth> healths) {
        StringBuilder names = new StringBuilder();
        healths.forEach(health -> names.append("oauthconnection.oauthconnection.dev/")
                .append(health.name())
                .append('\n'));
        return names.toString();
    }

    static Table table(List<ConnectionHealth> healths, boolean withNamespace, boolean wide, Instant now) {
        List<Object> headings = new ArrayList<>();
        if (withNamespace) {
            headings.add("NAMESPACE");
        }
        headings.addAll(List.of("NAME", "STATE", "ACCOUNT", "EXPIRES IN", "NEXT REFRESH", "GRANT LAPSES", "REASON"));
        if (wide) {
            headings.addAll(List.of("PROVIDER", "SERVED BY"));
        }
        Table table = new Table(headings.toArray(String[]::new));
        for (ConnectionHealth health : healths) {
            List<Object> row = new ArrayList<>();
            if (withNamespace) {
                row.add(health.namespace());
            }
            row.addAll(List.of(
                    health.name(),
                    new Table.Cell(health.state().name(), style(health.state())),
                    Objects.requireNonNullElse(health.account(), ""),
                    Spans.until(health.expiresAt(), now),
                    Spans.until(health.nextRefreshAt(), now),
                    Spans.until(health.lapsesAt(), now),
                    health.reason()));
            if (wide) {
                row.addAll(List.of(health.provider(), Objects.requireNonNullElse(health.servedBy(), "")));
            }
            table.row(row.toArray());
        }
        return table;
    }

    private static String style(State state) {
        return switch (state) {
            case Broken, Unserved, AwaitingConsent, NotReady -> "red";
            case Breaking, Late, Failing -> "yellow";
            case Suspended, Ended, Starting -> "faint";
            case Ready -> "green";
        };
    }

    /** What is wrong with each that is not well, and what to do. */
    static String advice(List<ConnectionHealth> healths) {
        StringBuilder text = new StringBuilder();
        for (ConnectionHealth health : healths) {
            if (!health.action().isEmpty()) {
                text.append('\n')
                        .append(Table.printable(health.namespace() + "/" + health.name() + ": "
                                + (health.message().isEmpty() ? health.state().meaning() : health.message())))
                        .append("\n  ")
                        .append(health.action())
                        .append('\n');
            }
        }
        return text.toString();
    }

    /** For programs; what is not known is left out. */
    static Map<String, Object> document(List<ConnectionHealth> healths) {
        List<Map<String, Object>> items = new ArrayList<>();
        for (ConnectionHealth health : healths) {
            Map<String, Object> item = new LinkedHashMap<>();
            item.put("namespace", health.namespace());
            item.put("name", health.name());
            item.put("provider", health.provider());
            item.put("state", health.state().name());
            item.put("needsPerson", health.state().needsPerson());
            put(item, "account", health.account());
            put(item, "expiresAt", health.expiresAt());
            put(item, "nextRefreshAt", health.nextRefreshAt());
            put(item, "grantLapsesAt", health.lapsesAt());
            put(item, "reason", health.reason());
            put(item, "message", health.message());
            put(item, "action", health.action());
            put(item, "servedBy", health.servedBy());
            items.add(item);
        }
        return Map.of("connections", items);
    }

    private static void put(Map<String, Object> item, String key, @Nullable Object value) {
        if (value != null && !value.toString().isEmpty()) {
            item.put(key, value.toString());
        }
    }
}

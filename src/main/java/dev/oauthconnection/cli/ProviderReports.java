package dev.oauthconnection.cli;

import dev.oauthconnection.api.ProviderSpec;
import dev.oauthconnection.cli.ProviderCommand.ListOutput;
import dev.oauthconnection.cli.ProviderCommand.ShowOutput;
import dev.oauthconnection.cli.ProviderCommand.TestOutput;
import dev.oauthconnection.operator.KubernetesCaBundles;
import dev.oauthconnection.provider.CaBundles;
import dev.oauthconnection.provider.Catalogue;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the commands about providers print. */
final class ProviderReports {
    private static final String BUILT_IN = "built-in";
    private static final String APPLIED = "cluster";

    private ProviderReports() {}

    static int list(ClusterOptions cluster, ListOutput output, Console console) {
        return ClusterSession.withinAny(cluster, console, session -> {
            Map<String, ProviderSpec> applied = applied(session);
            console.print(
                    switch (output) {
                        case table -> table(applied).render(console.ansi());
                        case json -> Serialization.asJson(document(applied)) + "\n";
                        case yaml -> Serialization.asYaml(document(applied));
                        case name -> String.join("\n", names(applied)) + "\n";
                    });
            return ExitStatus.Done.code();
        });
    }

    static int show(ClusterOptions cluster, String name, ShowOutput output, Console console) {
        return ClusterSession.withinAny(cluster, console, session -> {
            ProviderSpec spec = find(name, applied(session));
            console.print(output == ShowOutput.json ? Serialization.asJson(spec) + "\n" : Serialization.asYaml(spec));
            return ExitStatus.Done.code();
        });
    }

    static int test(
            ClusterOptions cluster,
            String name,
            TestOutput output,
            boolean loopbackHttp,
            Console console,
            InstantSource clock) {
        return ClusterSession.withinAny(cluster, console, session -> {
            CaBundles bundles = session == null
                    ? bundle -> new CaBundles.Result.Unreadable("its caBundle is in the cluster, which cannot be read")
                    : new KubernetesCaBundles(session.client(), clock);
            List<Finding> findings = new ProviderChecks(applied(session), bundles, loopbackHttp, clock).of(name);
            console.print(
                    switch (output) {
                        case table -> Finding.text(findings, console);
                        case json -> Serialization.asJson(Finding.document(findings)) + "\n";
                        case yaml -> Serialization.asYaml(Finding.document(findings));
                    });
            return Finding.exitCode(findings);
        });
    }

    private static Map<String, ProviderSpec> applied(@Nullable ClusterSession session) {
        return session == null ? Map.of() : AppliedProviders.readable(session.client());
    }

    private static ProviderSpec find(String name, Map<String, ProviderSpec> applied) {
        return Optional.ofNullable(applied.get(name))
                .or(() -> new Catalogue().find(name))
                .orElseThrow(() -> ExitStatus.Correct.complaint(
                        "there is no provider " + name + ": name one of " + String.join(", ", names(applied))));
    }

    private static TreeSet<String> names(Map<String, ProviderSpec> applied) {
        TreeSet<String> names = new TreeSet<>(new Catalogue().names());
        names.addAll(applied.keySet());
        return names;
    }

    static Table table(Map<String, ProviderSpec> applied) {
        Table table = new Table("NAME", "FROM", "ISSUER OR TOKEN ENDPOINT", "REFRESH TOKENS", "LAPSE UNUSED AFTER");
        for (String name : names(applied)) {
            ProviderSpec spec = find(name, applied);
            ProviderSpec.RefreshTokens tokens = spec.refreshTokens();
            table.row(
                    name,
                    from(name, applied),
                    where(spec),
                    tokens == null || tokens.rotation() == null
                            ? ""
                            : switch (tokens.rotation()) {
                                case Always -> "rotate";
                                case None -> "stay the same";
                                case Optional -> "may rotate";
                            },
                    tokens == null ? "" : Objects.requireNonNullElse(tokens.idleLifetime(), ""));
        }
        return table;
    }

    private static String from(String name, Map<String, ProviderSpec> applied) {
        boolean builtIn = new Catalogue().names().contains(name);
        return !applied.containsKey(name) ? BUILT_IN : builtIn ? APPLIED + ", not the built-in" : APPLIED;
    }

    private static String where(ProviderSpec spec) {
        ProviderSpec.Token token = spec.token();
        String endpoint = token == null ? null : token.endpoint();
        return Objects.requireNonNullElse(spec.issuer(), Objects.requireNonNullElse(endpoint, ""));
    }

    private static Map<String, Object> document(Map<String, ProviderSpec> applied) {
        List<Map<String, Object>> items = new ArrayList<>();
        for (String name : names(applied)) {
            Map<String, Object> item = new LinkedHashMap<>();
            item.put("name", name);
            item.put("from", applied.containsKey(name) ? APPLIED : BUILT_IN);
            item.put("spec", find(name, applied));
            items.add(item);
        }
        return Map.of("providers", items);
    }
}

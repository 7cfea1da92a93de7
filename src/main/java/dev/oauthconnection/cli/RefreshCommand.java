package dev.oauthconnection.cli;

import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A refresh now. */
@Command(
        name = "refresh",
        description = {
            "Asks the operator to refresh the token now, by the annotation oauthconnection.dev/refresh-requested.",
            "It is done once, by the rules of every refresh; the token of before is served until then."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class RefreshCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "The connection.")
    private String name = "";

    @Mixin
    private final NamespaceOption namespace = new NamespaceOption();

    @Option(names = "--wait", description = "Wait until the new token is there.")
    private boolean wait;

    @Option(
            names = "--timeout",
            defaultValue = "2m",
            description = "How long to wait, such as 90s or 10m. Default: ${DEFAULT-VALUE}.")
    private String timeout = "2m";

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        RequestedActions actions =
                new RequestedActions(Console.of(Objects.requireNonNull(spec)), InstantSource.system());
        return actions.refresh(cluster, namespace.namespace(), name, Patience.of(timeout), wait);
    }
}

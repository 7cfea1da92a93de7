package dev.oauthconnection.cli;

import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The end of a grant. */
@Command(
        name = "revoke",
        description = {
            "Ends the grant of a connection at the provider, by the annotation oauthconnection.dev/revoke-requested.",
            "It cannot be undone: to connect again takes a new consent. The operator repeats it until the provider confirms."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class RevokeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "The connection.")
    private String name = "";

    @Mixin
    private final NamespaceOption namespace = new NamespaceOption();

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask. Without it the connection's name has to be typed, at a terminal.")
    private boolean yes;

    @Option(names = "--wait", description = "Wait until the grant has ended.")
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

    /** What is typed at the terminal; null where there is none. */
    private static @Nullable String typed() {
        java.io.Console terminal = System.console();
        return terminal == null || !terminal.isTerminal() ? null : terminal.readLine();
    }

    @Override
    public Integer call() {
        RequestedActions actions =
                new RequestedActions(Console.of(Objects.requireNonNull(spec)), InstantSource.system());
        Supplier<@Nullable String> confirmation = yes ? () -> name : RevokeCommand::typed;
        return actions.revoke(cluster, namespace.namespace(), name, Patience.of(timeout), wait, confirmation);
    }
}

package dev.oauthconnection.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The resource owner's consent. */
@Command(
        name = "connect",
        description = {
            "Opens the page where consent is given, with the pairing code filled in, and waits until the connection is Ready.",
            "Where consent is not asked for it only waits. Whoever runs this has to be able to read the Secret <NAME>-consent."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ConnectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "The connection.")
    private String name = "";

    @Mixin
    private final NamespaceOption namespace = new NamespaceOption();

    @Option(
            names = "--no-browser",
            description =
                    "Print the link to standard output, and where the pairing code is, instead of opening a browser.")
    private boolean withoutBrowser;

    @Option(
            names = "--timeout",
            defaultValue = "10m",
            description = "How long to wait, such as 90s or 10m. Default: ${DEFAULT-VALUE}.")
    private String timeout = "10m";

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        Console console = Console.of(Objects.requireNonNull(spec));
        Patience patience = Patience.of(timeout);
        return ConsentInvitation.run(
                cluster,
                namespace.namespace(),
                name,
                new ConsentInvitation(console, patience, withoutBrowser ? url -> false : Browser.ofDesktop()));
    }
}

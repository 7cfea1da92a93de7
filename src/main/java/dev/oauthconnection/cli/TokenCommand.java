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

/** The access token, for a script. */
@Command(
        name = "token",
        description = {
            "Prints the current access token of a connection, and nothing else, to standard output.",
            "Ends with 4 where there is none, or where it has lapsed."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class TokenCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "The connection.")
    private String name = "";

    @Mixin
    private final NamespaceOption namespace = new NamespaceOption();

    @Option(
            names = "--key",
            defaultValue = "access_token",
            description =
                    "The key of the token Secret, where spec.secret.template makes others. Default: ${DEFAULT-VALUE}.")
    private String key = "access_token";

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        return PublishedTokens.print(
                cluster,
                namespace.namespace(),
                name,
                key,
                Console.of(Objects.requireNonNull(spec)),
                InstantSource.system());
    }
}

package dev.oauthconnection.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.testing.CheckedIn;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** docs/cli.md: every command with its options, the exit codes, the states; and what is the same in all of them. */
class CliReferenceTest {
    private static final String HEAD = """
            # The command line

            <!-- Generated from the commands. Bring it up to date with: mvn -q test -Dtest=CliReferenceTest -Dregenerate -->

            One jar is the operator, and a user's command line:
            ```sh
            mvn -q package -DskipTests
            deploy/cli/oauthconnection status
            ```
            `deploy/cli/oauthconnection` starts it with the JDK 25 that it finds; put a link to it on the `PATH`. Under the name `kubectl-oauth` it
            is a plugin of kubectl: `kubectl oauth status`. `deploy/cli/train` records a cache of classes beside the jar, once for each build; the
            script uses it where it is there, for commands that talk to a cluster. `src/bench/cli/start` measures both.

            All commands act with your kubeconfig and your rights; the operator keeps its own. What was asked for goes to standard output, all else
            to standard error, an error as one line that says what to do. Colours are for terminals, and not where `NO_COLOR` is set.

            ## Exit codes
            | code | meaning |
            |---|---|
            """;

    private static Stream<CommandSpec> commands() {
        return Main.commandLine().getSubcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .flatMap(CliReferenceTest::withSubcommands)
                .filter(spec -> !spec.usageMessage().hidden());
    }

    private static Stream<CommandSpec> withSubcommands(CommandSpec spec) {
        List<CommandSpec> under = spec.subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .toList();
        return under.isEmpty() ? Stream.of(spec) : under.stream();
    }

    static Stream<OptionSpec> options() {
        return commands().flatMap(command -> command.options().stream()).filter(option -> !option.hidden());
    }

    @Test
    void the_reference_of_the_command_line_is_that_of_the_commands() {
        CheckedIn.assertCurrent(Path.of("docs", "cli.md"), page(), CliReferenceTest.class);
    }

    @Test
    void a_namespace_is_named_alike_everywhere() {
        assertThat(commands().filter(c -> c.findOption("--kubeconfig") != null))
                .hasSizeGreaterThan(9)
                .allSatisfy(c -> assertThat(c.findOption("--context")).isNotNull());
        assertThat(options().filter(o -> Arrays.asList(o.names()).contains("--namespace")))
                .filteredOn(o -> !o.command().name().equals("operator"))
                .allSatisfy(o -> assertThat(o.names()).contains("-n"));
    }

    @ParameterizedTest
    @MethodSource("options")
    void each_option_says_what_it_does(OptionSpec option) {
        assertThat(option.description()).isNotEmpty();
        assertThat(String.join(" ", option.description())).endsWith(".");
    }

    private static String page() {
        StringBuilder page = new StringBuilder(HEAD);
        for (ExitStatus status : ExitStatus.values()) {
            page.append("| %d | %s |%n".formatted(status.code(), status.meaning()));
        }
        page.append("""

                ## What status says of a connection
                Worst first. Those marked *person* make `status` end with 3.

                | state | | meaning |
                |---|---|---|
                """);
        for (ConnectionHealth.State state : ConnectionHealth.State.values()) {
            page.append(
                    "| `%s` | %s | %s |%n".formatted(state, state.needsPerson() ? "*person*" : "", state.meaning()));
        }
        page.append("""

                `GRANT LAPSES` is when an unused refresh token lapses, where the provider's definition has an `idleLifetime` that you may read; the
                operator uses it before. REASON is one of [these](reasons.md).
                """);
        commands().forEach(command -> page.append(section(command)));
        return page.toString();
    }

    private static String section(CommandSpec command) {
        String synopsis = command.commandLine().getHelp().synopsis(0).strip();
        StringBuilder section = new StringBuilder("\n## %s\n%s\n```\n%s\n```\n"
                .formatted(
                        command.qualifiedName().replaceFirst("^oauthconnection ", ""),
                        String.join("\n", command.usageMessage().description()),
                        synopsis.replaceAll("\\R", "\n")));
        List<ArgSpec> arguments = Stream.concat(command.positionalParameters().stream(), command.options().stream())
                .filter(argument -> !argument.hidden())
                .filter(argument ->
                        !(argument instanceof OptionSpec option) || !(option.usageHelp() || option.versionHelp()))
                .toList();
        if (arguments.isEmpty()) {
            return section.toString();
        }
        section.append("\n| option | |\n|---|---|\n");
        arguments.forEach(argument -> section.append(
                "| %s | %s |%n".formatted(name(argument), described(argument).replace("|", "\\|"))));
        return section.toString();
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option
                ? Arrays.stream(option.names()).map(name -> "`" + name + "`").collect(Collectors.joining(", "))
                : "`" + argument.paramLabel() + "`";
    }

    private static String described(ArgSpec argument) {
        String values = argument.completionCandidates() == null
                ? ""
                : String.join(", ", (Iterable<String>)
                        () -> argument.completionCandidates().iterator());
        return String.join(" ", argument.description())
                .replace("${COMPLETION-CANDIDATES}", values)
                .replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValue()))
                .replaceAll("\\$\\{env:[A-Z_]+:-([^}]*)}", "$1");
    }
}

package dev.oauthconnection.cli;

import java.util.List;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** The command line {@code oauthconnection}; docs/cli.md is made from it. */
@Command(
        name = "oauthconnection",
        description = "Keeps OAuth 2.0 access tokens fresh and never loses the grant behind them.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
public final class Main {
    /** Something the user has to change before the command can work: one line on standard error. */
    public static final int EXIT_USAGE = CommandLine.ExitCode.USAGE;

    /** The lease was lost: the platform starts the process again, and sees that something was wrong. */
    public static final int EXIT_LEASE_LOST = CommandLine.ExitCode.SOFTWARE;

    /** In the order of the help. */
    private static final List<Class<?>> COMMANDS = List.of(
            StatusCommand.class,
            ConnectCommand.class,
            TokenCommand.class,
            RefreshCommand.class,
            RevokeCommand.class,
            ProviderCommand.class,
            DoctorCommand.class,
            ExportCommand.class,
            ImportCommand.class,
            OperatorCommand.class,
            KeeperCommand.class,
            TokenServerCommand.class,
            VersionCommand.class,
            CompletionCommand.class,
            RehearseCommand.class);

    /** Left out of the image, with all that only it needs. */
    private static final String LOCAL = "dev.oauthconnection.cli.LocalCommand";

    private Main() {}

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine(args).execute(args));
    }

    /** With every command. */
    static CommandLine commandLine() {
        return commandLine(command -> true);
    }

    /**
     * As much of it as these words need: to read the options of all commands takes longer than most commands. The others are there by name
     * and description, for the help.
     */
    static CommandLine commandLine(String... words) {
        List<String> named = List.of(words);
        // Such a word stands for those of a file.
        boolean all = named.stream().anyMatch(word -> word.startsWith("@"));
        return commandLine(command -> all || named.contains(command.name()));
    }

    private static CommandLine commandLine(Predicate<Command> wanted) {
        CommandLine main = new CommandLine(new Main());
        COMMANDS.forEach(command -> add(command, wanted, main));
        try {
            add(Class.forName(LOCAL), wanted, main);
        } catch (ClassNotFoundException e) {
            // The image's jar.
        }
        // As the plugin of kubectl it has another name.
        main.setCommandName(System.getProperty("oauthconnection.name", main.getCommandName()));
        return main.setParameterExceptionHandler((wrong, arguments) -> {
                    CommandLine command = wrong.getCommandLine();
                    String help = command.getCommandSpec().qualifiedName() + " --help";
                    command.getErr().println(wrong.getMessage() + ". See " + help);
                    return EXIT_USAGE;
                })
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                    if (failure instanceof Complaint complaint) {
                        commandLine.getErr().println(complaint.getMessage());
                        return complaint.exitCode();
                    }
                    throw failure;
                })
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    private static void add(Class<?> type, Predicate<Command> wanted, CommandLine main) {
        Command command = type.getAnnotation(Command.class);
        if (wanted.test(command)) {
            main.addSubcommand(type);
            return;
        }
        CommandSpec outline = CommandSpec.create().name(command.name());
        outline.usageMessage().description(command.description()).hidden(command.hidden());
        main.addSubcommand(command.name(), outline);
    }

    /** From the jar's manifest. */
    static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(development)" : version;
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"oauthconnection " + version()};
        }
    }
}

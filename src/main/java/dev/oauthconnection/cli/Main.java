package dev.oauthconnection.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line {@code oauthconnection}; docs/cli.md is made from it. */
@Command(
        name = "oauthconnection",
        description = "Keeps OAuth 2.0 access tokens fresh and never loses the grant behind them.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
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
            TokenServerCommand.class,
            VersionCommand.class,
            CompletionCommand.class
        })
public final class Main {
    /** Something the user has to change before the command can work: one line on standard error. */
    public static final int EXIT_USAGE = CommandLine.ExitCode.USAGE;

    /** The lease was lost: the platform starts the process again, and sees that something was wrong. */
    public static final int EXIT_LEASE_LOST = CommandLine.ExitCode.SOFTWARE;

    /** Left out of the image, with all that only it needs. */
    private static final String LOCAL = "dev.oauthconnection.cli.LocalCommand";

    private Main() {}

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine main = new CommandLine(new Main());
        try {
            main.addSubcommand(Class.forName(LOCAL));
        } catch (ClassNotFoundException e) {
            // The image's jar.
        }
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

package dev.oauthconnection.cli;

import dev.oauthconnection.testing.ApiServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/**
 * A run of the command line in this process.
 *
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
record Cli(int exitCode, String out, String err) {
    static Cli run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine(words)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        int exitCode = command.execute(words);
        return new Cli(exitCode, out.toString(), err.toString());
    }

    /** With every right, in the namespace of the current test. */
    static Cli run(ApiServer api, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--kubeconfig=" + api.kubeconfig());
        return run(all.toArray(String[]::new));
    }
}

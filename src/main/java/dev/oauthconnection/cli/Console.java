package dev.oauthconnection.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Where a command writes: what was asked for to {@code out}, all else to {@code err}.
 *
 * @param ansi whether colours are wanted: on a terminal, and not where NO_COLOR is set
 */
record Console(PrintWriter out, PrintWriter err, Ansi ansi) {
    static Console of(CommandSpec spec) {
        return new Console(
                spec.commandLine().getOut(),
                spec.commandLine().getErr(),
                spec.commandLine().getColorScheme().ansi());
    }

    /**
     * Prints what was asked for.
     *
     * @throws Complaint where it cannot be written, such as to a full disk
     */
    void print(String text) {
        out.print(text);
        // Standard output keeps what went wrong to itself.
        if (out.checkError()) {
            throw ExitStatus.Failed.complaint(
                    "standard output cannot be written: is the disk full, or the reader gone?");
        }
    }

    /** Says how it goes. */
    void say(String line) {
        err.println(line);
        err.flush();
    }
}

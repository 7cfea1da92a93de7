package dev.oauthconnection.cli;

import ch.qos.logback.classic.Level;
import dev.oauthconnection.grant.FolderJournal;
import dev.oauthconnection.keeper.Keeper;
import dev.oauthconnection.oauth.OkHttpTokenEndpoint;
import dev.oauthconnection.observe.Logs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import sun.misc.Signal;

/** The keeper: a sidecar of the operator that sends its token requests, so that their answers outlive it. */
@Command(
        name = "keeper",
        description =
                "Sends the operator's token requests and keeps their answers in the journal: a sidecar of the operator, beside which "
                        + "a crash between a request and its answer loses nothing.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class KeeperCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(KeeperCommand.class);

    /** What it writes has another name until it is whole than what the operator writes: each finishes its own. */
    private static final String UNFINISHED = ".keeper";

    /** How often it is looked whether all is sent. */
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(20);

    @Option(
            names = "--journal",
            defaultValue = "${env:JOURNAL:-/var/run/oauthconnection/journal}",
            description =
                    "Folder of the journal, the operator's own; the keeper's socket is there too. Default: ${DEFAULT-VALUE}.")
    private Path journal = Path.of("");

    @Option(
            names = "--log-format",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Logs.Format logFormat = Logs.Format.text;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Logs.configure(logFormat, Level.INFO);
        // One that lacks a thread is of no use, and its socket would still be there: the platform starts it again.
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            LOG.error("the keeper ends: {}", failure.getClass().getName());
            Runtime.getRuntime().halt(CommandLine.ExitCode.SOFTWARE);
        });
        InstantSource clock = InstantSource.system();
        FolderJournal answers = new FolderJournal(
                journal,
                (kept, problem) -> LOG.error("a journal entry cannot be read, it is kept as {}: {}", kept, problem),
                UNFINISHED);
        Keeper keeper = Keeper.start(
                journal,
                way -> new OkHttpTokenEndpoint(way.network(), OkHttpTokenEndpoint.DEFAULT_CALL_TIMEOUT, clock),
                answers,
                clock,
                System::nanoTime);
        Signal.handle(new Signal("TERM"), signal -> finish(keeper));
        Signal.handle(new Signal("INT"), signal -> finish(keeper));
        LOG.info("the keeper has started");
        new CountDownLatch(1).await();
        return 0;
    }

    /** Takes no more, and what is being sent comes to its end: its answer may be the only one that there is. */
    private static void finish(Keeper keeper) {
        long until = System.nanoTime()
                + OkHttpTokenEndpoint.DEFAULT_CALL_TIMEOUT.plusSeconds(2).toNanos();
        try {
            keeper.close();
            while (!keeper.isIdle() && System.nanoTime() < until) {
                LockSupport.parkNanos(LOOK);
            }
        } catch (IOException e) {
            LOG.debug("the socket was not closed", e);
        } finally {
            System.exit(0);
        }
    }
}

package dev.oauthconnection.cli;

import ch.qos.logback.classic.Level;
import dev.oauthconnection.grant.FolderJournal;
import dev.oauthconnection.keeper.Keeper;
import dev.oauthconnection.network.AddressRules;
import dev.oauthconnection.network.ProviderNetwork;
import dev.oauthconnection.oauth.OkHttpTokenEndpoint;
import dev.oauthconnection.observe.Logs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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

    @Option(
            names = "--journal",
            defaultValue = "${env:JOURNAL:-/var/run/oauthconnection/journal}",
            description =
                    "Folder of the journal, the operator's own; the keeper's socket is there too. Default: ${DEFAULT-VALUE}.")
    private Path journal = Path.of("");

    @Option(names = "--allowed-addresses", split = ",", description = "As the operator's.")
    private List<String> allowedAddresses = List.of();

    @Option(
            names = "--log-format",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Logs.Format logFormat = Logs.Format.text;

    @Option(
            names = "--insecure-loopback-providers",
            hidden = true,
            description = "For tests: providers may be plain http on loopback.")
    private boolean loopbackHttp;

    @Override
    public Integer call() throws IOException, InterruptedException {
        AddressRules rules =
                OperatorOptions.network(loopbackHttp, allowedAddresses).addressRules();
        ProviderNetwork network = new ProviderNetwork(OperatorOptions.proxied(System.getenv()), rules);
        Logs.configure(logFormat, Level.INFO);
        InstantSource clock = InstantSource.system();
        FolderJournal answers = new FolderJournal(
                journal,
                (kept, problem) -> LOG.error("a journal entry cannot be read, it is kept as {}: {}", kept, problem),
                UNFINISHED);
        Keeper.start(
                journal,
                new OkHttpTokenEndpoint(network, OkHttpTokenEndpoint.DEFAULT_CALL_TIMEOUT, clock),
                answers,
                clock,
                System::nanoTime);
        LOG.info("the keeper has started");
        new CountDownLatch(1).await();
        return 0;
    }
}

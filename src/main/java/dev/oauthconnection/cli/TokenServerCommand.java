package dev.oauthconnection.cli;

import dev.oauthconnection.serving.TokenFolder;
import dev.oauthconnection.serving.TokenSidecar;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The sidecar: a mounted token Secret as JSON for the containers of one pod. */
@Command(
        name = "token-server",
        description =
                "Serves the token of a mounted Secret at http://127.0.0.1:5001/token: a sidecar for programs that read no files.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class TokenServerCommand implements Callable<Integer> {
    private static final int MAX_PORT = 65_535;

    @Option(
            names = "--folder",
            defaultValue = "/var/run/secrets/oauthconnection",
            description = "Where the token Secret is mounted. Default: ${DEFAULT-VALUE}.")
    private Path folder = Path.of("");

    @Option(
            names = "--port",
            defaultValue = "5001",
            description = "Port on 127.0.0.1, which only this pod's containers reach. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--livez-port",
            description =
                    "Port of /livez, and of nothing else, at every address, since the kubelet's probes do not reach 127.0.0.1. "
                            + "Default: none.")
    private @Nullable Integer livezPort;

    @Override
    public Integer call() throws IOException, InterruptedException {
        open("--port", port, () -> TokenSidecar.start(port, new TokenFolder(folder), InstantSource.system()));
        Integer livez = livezPort;
        if (livez != null) {
            open("--livez-port", livez, () -> TokenSidecar.startLivez(livez));
        }
        new CountDownLatch(1).await();
        return 0;
    }

    /** Something that begins to listen. */
    private interface Listener {
        void start() throws IOException;
    }

    private static void open(String option, int port, Listener listener) throws IOException {
        if (port < 1 || port > MAX_PORT) {
            throw new Complaint(Main.EXIT_USAGE, option + " takes a number from 1 to " + MAX_PORT);
        }
        try {
            listener.start();
        } catch (BindException e) {
            throw new Complaint(
                    Main.EXIT_USAGE, "port " + port + " is taken in this pod: choose another one with " + option);
        }
    }
}

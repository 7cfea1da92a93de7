package dev.oauthconnection.cli;

import ch.qos.logback.classic.Level;
import dev.oauthconnection.api.ProviderSpec;
import dev.oauthconnection.local.LocalMode;
import dev.oauthconnection.local.LocalSettings;
import dev.oauthconnection.local.server.Ports;
import dev.oauthconnection.local.server.TokenServer;
import dev.oauthconnection.observe.Logs;
import dev.oauthconnection.provider.Catalogue;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The operator without a cluster, and a token server for programs on this machine. */
@Command(
        name = "local",
        description =
                "Keeps one connection's token fresh on this machine and serves it at http://127.0.0.1:5001/token. "
                        + "With --playground it needs no account anywhere.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class LocalCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final String XERO = "xero";
    private static final String OFFLINE_ACCESS = "offline_access";
    /** What the older token server for Xero asked for; apps made since March 2026 need granular scopes instead. */
    private static final List<String> XERO_SCOPES =
            List.of(OFFLINE_ACCESS, "accounting.transactions", "accounting.reports.read");

    private static final List<String> PLAYGROUND_SCOPES = List.of("openid", "profile", OFFLINE_ACCESS, "invoices.read");

    /** The playground has the port beside it. */
    private static final int MAX_PORT = 65_534;

    @Option(
            names = {"-p", "--port"},
            defaultValue = "5001",
            description = "Port of the token server. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = {"-n", "--address"},
            defaultValue = "127.0.0.1",
            description = "Address that it listens on. Default: ${DEFAULT-VALUE}.")
    private String address = "127.0.0.1";

    @Option(
            names = {"-r", "--redirect"},
            description = "Redirect URI, as registered with the provider. Default: http://localhost:<port>/code.")
    private @Nullable URI redirect;

    @Option(
            names = {"-o", "--scopes"},
            description =
                    "Scopes to ask for; repeat it, or separate them by commas or spaces. Default: the provider's; "
                            + "for xero offline_access accounting.transactions accounting.reports.read.")
    private List<String> scopes = List.of();

    @Option(
            names = {"-m", "--refreshmins"},
            description =
                    "Lifetime of the refresh token in minutes: the grant is used before it lapses. Default: 72000 for a built-in "
                            + "provider, else what the provider's manifest says.")
    private @Nullable Long refreshMinutes;

    @Option(names = "--provider", description = "A built-in provider, or one from --manifests. Default: xero.")
    private @Nullable String provider;

    @Option(
            names = "--folder",
            description =
                    "Where the state lives, for you alone (mode 0700). It holds refresh tokens. Default: ~/.oauthconnection/<provider>.")
    private @Nullable Path folder;

    @Option(names = "--manifests", description = "A folder of YAML manifests to apply at the start.")
    private @Nullable Path manifests;

    @Option(
            names = "--playground",
            description =
                    "Run an authorization server of our own as the provider, on the port after --port: no account, no cluster, nothing "
                            + "leaves this machine.")
    private boolean playground;

    @Option(names = "--approve", description = "With --playground: give the consent without asking.")
    private boolean approve;

    @Option(
            names = "--serve-tokens-to-the-network",
            description = "Allow an --address that is not loopback: whoever reaches it can read the access token.")
    private boolean serveToTheNetwork;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        LocalSettings settings = settings();
        Logs.configure(Logs.Format.text, Level.ERROR);
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        CountDownLatch stop = new CountDownLatch(1);
        LocalMode mode;
        try {
            mode = LocalMode.start(settings, InstantSource.system(), line -> print(out, line));
        } catch (LocalMode.CannotStart e) {
            throw new Complaint(Main.EXIT_USAGE, String.valueOf(e.getMessage()));
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            mode.close();
            stop.countDown();
        }));
        welcome(out, settings);
        if (settings.approve() && mode.isFirstConsentMissing()) {
            FirstConsent.give(settings);
        }
        stop.await();
        return 0;
    }

    private LocalSettings settings() {
        if (!serveToTheNetwork && !isLoopback(address)) {
            throw new Complaint(
                    Main.EXIT_USAGE,
                    "--address " + address + " is not loopback: whoever reaches it could read the access token. "
                            + "If that is what you want, add --serve-tokens-to-the-network");
        }
        if (approve && !playground) {
            throw new Complaint(
                    Main.EXIT_USAGE, "--approve works with --playground only: a real consent is a person's");
        }
        if (port < 1 || port > MAX_PORT) {
            throw new Complaint(Main.EXIT_USAGE, "--port takes a number from 1 to " + MAX_PORT);
        }
        if (refreshMinutes != null && (refreshMinutes < 1 || refreshMinutes > 10_000_000)) {
            throw new Complaint(Main.EXIT_USAGE, "--refreshmins takes a number of minutes from 1 to 10000000");
        }
        if (playground && provider != null) {
            throw new Complaint(Main.EXIT_USAGE, "--playground is a provider of its own: leave out --provider");
        }
        String name = playground ? LocalSettings.PLAYGROUND : Objects.requireNonNullElse(provider, XERO);
        return new LocalSettings(
                folder == null ? Path.of(home(), ".oauthconnection", name) : folder,
                port,
                address,
                redirect == null ? URI.create("http://localhost:" + port + "/code") : checked(redirect),
                name,
                scopesFor(name),
                refreshMinutes == null ? null : Duration.ofMinutes(refreshMinutes),
                approve,
                manifests);
    }

    private static String home() {
        String home = System.getenv("HOME");
        return home == null || home.isEmpty() ? System.getProperty("user.home") : home;
    }

    private static URI checked(URI redirect) {
        if (!List.of("http", "https").contains(String.valueOf(redirect.getScheme()))
                || redirect.getHost() == null
                || redirect.getFragment() != null) {
            throw new Complaint(
                    Main.EXIT_USAGE,
                    "--redirect " + redirect
                            + " is not a redirect URI: write it whole, such as http://localhost:5001/code");
        }
        if (TokenServer.isPage(redirect.getPath())) {
            throw new Complaint(
                    Main.EXIT_USAGE,
                    "--redirect " + redirect
                            + " has the path of another page of the token server: give it one of its own,"
                            + " such as /code, and register that with the provider");
        }
        return redirect;
    }

    private List<String> scopesFor(String name) {
        List<String> given = scopes.stream()
                .flatMap(s -> Arrays.stream(s.split("[,\\s]+")))
                .filter(s -> !s.isEmpty())
                .distinct()
                .toList();
        if (!given.isEmpty()) {
            return given;
        }
        return switch (name) {
            case XERO -> XERO_SCOPES;
            case LocalSettings.PLAYGROUND -> PLAYGROUND_SCOPES;
            default ->
                new Catalogue()
                        .find(name)
                        .map(ProviderSpec::authorization)
                        .map(ProviderSpec.Authorization::defaultScopes)
                        .orElse(List.of());
        };
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new Complaint(Main.EXIT_USAGE, "--address " + address + " is not an address of this machine");
        }
    }

    private static void welcome(PrintWriter out, LocalSettings settings) {
        String base = "http://localhost:" + settings.port();
        out.println();
        out.println("  Open    " + base + "/home     to give consent");
        out.println("  Watch   " + base + "/status   or this terminal");
        out.println("  Use     http://127.0.0.1:" + settings.port() + "/token   from your program");
        out.println("  Enter   " + base + "/         client id and secret");
        if (settings.provider().equals(XERO) && !settings.scopes().contains(OFFLINE_ACCESS)) {
            out.println("  Note    without the scope " + OFFLINE_ACCESS
                    + " Xero gives no refresh token, and each token needs a consent: add it to --scopes");
        }
        out.println();
        out.flush();
    }

    private static void print(PrintWriter out, Ports.Activity.Line line) {
        out.printf(
                "%s  %-10s %s%n",
                TIME.format(line.at().atZone(ZoneId.systemDefault())), line.connection(), line.text());
        out.flush();
    }
}

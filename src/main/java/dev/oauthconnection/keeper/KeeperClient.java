package dev.oauthconnection.keeper;

import dev.oauthconnection.grant.AwaitedAnswer;
import dev.oauthconnection.grant.SendWindow;
import dev.oauthconnection.oauth.TokenOutcome;
import dev.oauthconnection.oauth.TokenRequest;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The operator's side of the keeper. There is one where there is its socket. */
public final class KeeperClient {
    /** For what an errand takes beside its request. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    private final Path socket;
    private final Way way;
    private final ExecutorService questions = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * @param folder of the journal
     * @param way that its requests take
     */
    public KeeperClient(Path folder, Way way) {
        this.socket = folder.resolve(Keeper.SOCKET);
        this.way = way;
    }

    /**
     * Has a request sent.
     *
     * @return how it ended; empty where there is no keeper, and then certainly nothing was sent
     */
    public Optional<TokenOutcome> send(
            TokenRequest request, Duration callTimeout, SendWindow window, AwaitedAnswer awaited) {
        Optional<SocketChannel> keeper = connect();
        if (keeper.isEmpty()) {
            return Optional.empty();
        }
        try (SocketChannel channel = keeper.get()) {
            Errand errand = Errand.of(way, request, callTimeout, window, awaited);
            TokenOutcome outcome = ask(channel, errand, callTimeout.plus(SLACK)).outcome();
            return Optional.of(outcome == null ? lost() : outcome);
        } catch (IOException | TimeoutException e) {
            // It heard enough to send the request, or it did not: nobody knows.
            return Optional.of(lost());
        }
    }

    private static TokenOutcome lost() {
        return new TokenOutcome.Ambiguous(
                "the keeper, which sends the requests of this pod, went away in the middle of one");
    }

    /**
     * The nonces of the errands that are being carried out, whoever asked for them. Whatever is not among them and not in the journal
     * afterwards is over.
     *
     * @param patience with a keeper that does not reply. After that none are: what it might still send it would send too late
     */
    public Set<String> atWork(Duration patience) {
        Optional<SocketChannel> keeper = connect();
        if (keeper.isEmpty()) {
            return Set.of();
        }
        try (SocketChannel channel = keeper.get()) {
            return ask(channel, null, patience).atWork();
        } catch (IOException | TimeoutException e) {
            return Set.of();
        }
    }

    /** A socket that nobody listens on is what a keeper left behind. */
    private Optional<SocketChannel> connect() {
        if (!Files.exists(socket)) {
            return Optional.empty();
        }
        try {
            return Optional.of(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Message.Reply ask(SocketChannel channel, @Nullable Errand errand, Duration patience)
            throws IOException, TimeoutException {
        Future<Message.Reply> reply = questions.submit(() -> {
            Message.write(
                    new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel))),
                    new Message.Question(errand));
            return Message.read(new DataInputStream(Channels.newInputStream(channel)), Message.Reply.class);
        });
        try {
            return reply.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException("the keeper went away", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}

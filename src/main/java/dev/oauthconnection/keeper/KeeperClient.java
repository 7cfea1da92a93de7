package dev.oauthconnection.keeper;

import dev.oauthconnection.grant.AwaitedAnswer;
import dev.oauthconnection.grant.SendWindow;
import dev.oauthconnection.oauth.TokenOutcome;
import dev.oauthconnection.oauth.TokenRequest;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator's side of the keeper. There is one where there is its socket. */
public final class KeeperClient {
    private static final Logger LOG = LoggerFactory.getLogger(KeeperClient.class);

    /** For what an errand takes beside its request. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    /** A keeper that needs longer to say that it hears is no help. */
    private static final Duration GREETING = Duration.ofSeconds(2);

    private static final TokenOutcome LOST = new TokenOutcome.Ambiguous(
            "the keeper, which sends the requests of this pod, went away in the middle of one");

    private final Path socket;
    private final Way way;
    private final Duration greeting;
    private final ExecutorService questions = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * @param folder of the journal
     * @param way that its requests take
     */
    public KeeperClient(Path folder, Way way) {
        this(folder, way, GREETING);
    }

    /** @param greeting how long a keeper may take to say that it hears */
    KeeperClient(Path folder, Way way, Duration greeting) {
        this.socket = folder.resolve(Keeper.SOCKET);
        this.way = way;
        this.greeting = greeting;
    }

    /**
     * Has a request sent.
     *
     * @return how it ended; empty where there is no keeper, or none that answers: then certainly nothing was sent
     */
    public Optional<TokenOutcome> send(
            TokenRequest request, Duration callTimeout, SendWindow window, AwaitedAnswer awaited) {
        try (SocketChannel channel = connect()) {
            if (channel == null) {
                return Optional.empty();
            }
            return Optional.of(outcome(channel, Errand.of(way, request, callTimeout, window, awaited)));
        } catch (IOException | TimeoutException e) {
            LOG.warn(
                    "the keeper does not answer: this request is sent without it. See the container keeper of this pod");
            return Optional.empty();
        }
    }

    private TokenOutcome outcome(SocketChannel channel, Errand errand) {
        try {
            TokenOutcome outcome =
                    ask(channel, errand, errand.callTimeout().plus(SLACK)).outcome();
            return outcome == null ? LOST : outcome;
        } catch (IOException | TimeoutException e) {
            // It heard enough to send the request, or it did not: nobody knows.
            return LOST;
        }
    }

    /**
     * The nonces of the errands that are being carried out, whoever asked for them. Whatever is not among them and not in the journal
     * afterwards is over.
     *
     * @return empty where there is a keeper that does not say
     */
    public Optional<Set<String>> atWork() {
        try (SocketChannel channel = connect()) {
            return Optional.of(
                    channel == null ? Set.of() : ask(channel, null, SLACK).atWork());
        } catch (IOException | TimeoutException e) {
            return Optional.empty();
        }
    }

    /**
     * To a keeper that has shown that it hears: what is written to one that stands still might be sent whenever it goes on.
     *
     * @return null where nobody listens; a socket is also what a keeper leaves behind
     * @throws TimeoutException where somebody should, and says nothing
     */
    private @Nullable SocketChannel connect() throws IOException, TimeoutException {
        if (!Files.exists(socket)) {
            return null;
        }
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            boolean heard = within(greeting, () -> {
                channel.connect(UnixDomainSocketAddress.of(socket));
                return Channels.newInputStream(channel).read() == Message.GREETING;
            });
            if (heard) {
                return channel;
            }
        } catch (ConnectException e) {
            channel.close();
            return null;
        } catch (IOException | TimeoutException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new IOException("the keeper went away");
    }

    private Message.Reply ask(SocketChannel channel, @Nullable Errand errand, Duration patience)
            throws IOException, TimeoutException {
        return within(patience, () -> {
            Message.write(
                    new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel))),
                    new Message.Question(errand));
            return Message.read(new DataInputStream(Channels.newInputStream(channel)), Message.Reply.class);
        });
    }

    /** The channel is closed by whoever waited in vain, which ends the thread that still does. */
    private <T> T within(Duration patience, Callable<T> conversation) throws IOException, TimeoutException {
        try {
            return questions.submit(conversation).get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ConnectException refused) {
                throw refused;
            }
            throw new IOException("the keeper went away", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}

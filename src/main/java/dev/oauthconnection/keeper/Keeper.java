package dev.oauthconnection.keeper;

import dev.oauthconnection.grant.Journal;
import dev.oauthconnection.grant.JournalEntry;
import dev.oauthconnection.oauth.TokenEndpoint;
import dev.oauthconnection.oauth.TokenOutcome;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends token requests for the operator beside it, and keeps what they bring before it says so. It decides nothing: what to send, until
 * when, and what becomes of the answer comes with each errand. An errand that was heard whole is carried out also where whoever asked is
 * gone; the next operator of the pod finds the answer in the journal.
 */
public final class Keeper implements AutoCloseable {
    /** The name of its socket, in the folder of the journal. */
    public static final String SOCKET = "keeper.sock";

    /** For a question that is on its way. */
    private static final Duration HEARING = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    private final Function<Way, TokenEndpoint> endpoints;
    private final Map<Way, TokenEndpoint> known = new ConcurrentHashMap<>();
    private final Journal journal;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final ServerSocketChannel entrance;
    private final Set<String> atWork = ConcurrentHashMap.newKeySet();
    /** Connections whose question is not known yet; one of them may be an errand of an operator that is dead since. */
    private final AtomicInteger unheard = new AtomicInteger();

    private Keeper(
            Function<Way, TokenEndpoint> endpoints,
            Journal journal,
            InstantSource clock,
            LongSupplier nanoTime,
            ServerSocketChannel entrance) {
        this.endpoints = endpoints;
        this.journal = journal;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.entrance = entrance;
    }

    /**
     * Begins to listen.
     *
     * @param folder of the journal, which nobody but the operator's own user can enter; so the socket needs no other guard
     * @param endpoints what sends, one for each way
     * @param nanoTime the monotonic clock of the machine: {@code System.nanoTime()} has one origin for all processes on Linux
     * @throws IOException where the socket cannot be made
     */
    public static Keeper start(
            Path folder,
            Function<Way, TokenEndpoint> endpoints,
            Journal journal,
            InstantSource clock,
            LongSupplier nanoTime)
            throws IOException {
        Path socket = folder.resolve(SOCKET);
        // Of a keeper before this one.
        Files.deleteIfExists(socket);
        ServerSocketChannel entrance = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        entrance.bind(UnixDomainSocketAddress.of(socket));
        Keeper keeper = new Keeper(endpoints, journal, clock, nanoTime, entrance);
        Thread.ofPlatform().name("keeper").start(keeper::accept);
        return keeper;
    }

    private void accept() {
        while (entrance.isOpen()) {
            try {
                SocketChannel operator = entrance.accept();
                unheard.incrementAndGet();
                Thread.ofPlatform().name("errand").start(() -> serve(operator));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.warn("an operator could not be heard: {}", e.getClass().getSimpleName());
                // Such as no descriptor that is free: not at once again.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    private void serve(SocketChannel operator) {
        try (operator) {
            Errand errand = hear(operator);
            Message.Reply reply = errand == null ? Message.Reply.atWork(atWork()) : Message.Reply.of(carryOut(errand));
            Message.write(new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(operator))), reply);
        } catch (IOException e) {
            LOG.info("an operator went away in the middle of a question or before its reply");
        } catch (RuntimeException e) {
            // Without the message: it may hold what was to be sent.
            LOG.error("an errand could not be carried out: {}", e.getClass().getSimpleName());
        }
    }

    /** From then on an errand is at work. */
    private @Nullable Errand hear(SocketChannel operator) throws IOException {
        try {
            operator.write(ByteBuffer.wrap(new byte[] {(byte) Message.GREETING}));
            Errand errand = Message.read(new DataInputStream(Channels.newInputStream(operator)), Message.Question.class)
                    .errand();
            if (errand != null && !atWork.add(errand.awaited().nonce())) {
                throw new IOException("the same errand is being carried out already");
            }
            return errand;
        } finally {
            unheard.decrementAndGet();
        }
    }

    /** Once everybody who came before is heard; who takes too long over a question is no operator that died. */
    private Set<String> atWork() {
        long until = nanoTime.getAsLong() + HEARING.toNanos();
        while (unheard.get() > 0 && nanoTime.getAsLong() < until) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return Set.copyOf(atWork);
    }

    private TokenOutcome carryOut(Errand errand) {
        try {
            TokenEndpoint endpoint = known.computeIfAbsent(errand.way(), endpoints);
            TokenOutcome outcome = endpoint.send(errand.request(), errand.callTimeout(), () -> errand.window()
                    .isOpen(nanoTime.getAsLong(), clock.instant()));
            if (outcome instanceof TokenOutcome.Granted(var answer)) {
                keep(errand.awaited().with(answer));
            }
            return outcome;
        } finally {
            atWork.remove(errand.awaited().nonce());
        }
    }

    /** Where the journal cannot be written the answer is still told, and the operator stores it from memory. */
    private void keep(JournalEntry entry) {
        try {
            journal.keep(entry);
        } catch (RuntimeException e) {
            LOG.error("the journal cannot be written: check its volume. Answers are told meanwhile, and not kept", e);
        }
    }

    /** Whether nothing is being sent, or about to be. */
    public boolean isIdle() {
        return unheard.get() == 0 && atWork.isEmpty();
    }

    /** Hears nobody any more. Errands that are being carried out go on. */
    @Override
    public void close() throws IOException {
        entrance.close();
    }
}

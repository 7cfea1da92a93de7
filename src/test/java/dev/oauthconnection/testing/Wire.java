package dev.oauthconnection.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** A TCP connection to a server that a test can cut, mend and slow down. */
public final class Wire implements AutoCloseable {
    private final ServerSocket entrance;
    private volatile InetSocketAddress target;
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;
    private volatile Duration delay = Duration.ZERO;
    private volatile boolean silent;

    private Wire(ServerSocket entrance, InetSocketAddress target) {
        this.entrance = entrance;
        this.target = target;
    }

    /** To a port on loopback, from another one. */
    public static Wire to(int target) {
        try {
            return to(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), target),
                    new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From a listener that the wire takes over. */
    public static Wire to(InetSocketAddress target, ServerSocket entrance) {
        Wire wire = new Wire(entrance, target);
        Thread.ofVirtual().start(wire::accept);
        return wire;
    }

    /** How long each piece of an answer is held from now on. */
    public void delayAnswers(Duration each) {
        delay = each;
    }

    public int port() {
        return entrance.getLocalPort();
    }

    /** Leads to that port of loopback from now on. What is connected is ended. */
    public void leadTo(int port) {
        target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        open.forEach(Wire::end);
        open.clear();
    }

    /** Ends every connection, and each new one as soon as it is made. */
    public void cut() {
        cut = true;
        open.forEach(Wire::end);
        open.clear();
    }

    /** Swallows every byte from now on, and ends nothing: what is sent is never answered. */
    public void silence() {
        silent = true;
    }

    public void mend() {
        cut = false;
        silent = false;
    }

    @Override
    public void close() {
        end(entrance);
        cut();
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                join(entrance.accept());
            } catch (IOException e) {
                // The entrance was closed, or the server is not there: who connects sees it.
            }
        }
    }

    private void join(Socket near) throws IOException {
        if (cut) {
            end(near);
            return;
        }
        Socket far = new Socket(target.getAddress(), target.getPort());
        open.add(near);
        open.add(far);
        Thread.ofVirtual().start(() -> copy(near, far, () -> Duration.ZERO));
        Thread.ofVirtual().start(() -> copy(far, near, () -> delay));
    }

    private void copy(Socket from, Socket to, Supplier<Duration> pause) {
        byte[] piece = new byte[8192];
        try {
            for (int length = from.getInputStream().read(piece);
                    length >= 0;
                    length = from.getInputStream().read(piece)) {
                LockSupport.parkNanos(pause.get().toNanos());
                if (!silent) {
                    to.getOutputStream().write(piece, 0, length);
                }
            }
        } catch (IOException e) {
            // Cut, or ended by either side: both ends are ended below.
        } finally {
            end(from);
            end(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private static void end(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Ended already.
        }
    }
}

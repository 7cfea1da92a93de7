package dev.oauthconnection.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP connection to a server on loopback that a test can cut and mend. */
public final class Wire implements AutoCloseable {
    private final ServerSocket entrance;
    private final int target;
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;
    private volatile boolean silent;

    private Wire(ServerSocket entrance, int target) {
        this.entrance = entrance;
        this.target = target;
    }

    public static Wire to(int target) {
        try {
            Wire wire = new Wire(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
            Thread.ofVirtual().start(wire::accept);
            return wire;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return entrance.getLocalPort();
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
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(near);
        open.add(far);
        Thread.ofVirtual().start(() -> copy(near, far));
        Thread.ofVirtual().start(() -> copy(far, near));
    }

    private void copy(Socket from, Socket to) {
        try {
            byte[] bytes = new byte[8192];
            for (int read = from.getInputStream().read(bytes);
                    read >= 0;
                    read = from.getInputStream().read(bytes)) {
                if (!silent) {
                    to.getOutputStream().write(bytes, 0, read);
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

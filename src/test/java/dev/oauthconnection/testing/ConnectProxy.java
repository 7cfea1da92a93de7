package dev.oauthconnection.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy that takes CONNECT alone, and connects each host to one port of this machine. */
public final class ConnectProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final int status;
    private final boolean cuts;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    private ConnectProxy(int target, int status, boolean cuts) {
        this.target = target;
        this.status = status;
        this.cuts = cuts;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    public static ConnectProxy to(int target) {
        return new ConnectProxy(target, 200, false);
    }

    /** Answers each CONNECT with this status. */
    public static ConnectProxy refusing(int status) {
        return new ConnectProxy(0, status, false);
    }

    /** Says yes to each CONNECT, and ends the connection. */
    public static ConnectProxy cutting() {
        return new ConnectProxy(0, 200, true);
    }

    /** The heads of the requests that it got. */
    public List<String> asked() {
        return asked;
    }

    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (true) {
            try {
                Socket near = listener.accept();
                open.add(near);
                Thread.ofVirtual().start(() -> serve(near));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket near) {
        try (near) {
            asked.add(head(near.getInputStream()));
            String authenticate = status == 407 ? "Proxy-Authenticate: Basic realm=\"x\"\r\n" : "";
            String length = status == 200 ? "" : "Content-Length: 0\r\n";
            String answer = "HTTP/1.1 " + status + " Status\r\n" + authenticate + length + "\r\n";
            near.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            near.getOutputStream().flush();
            if (status == 200 && !cuts) {
                join(near);
            } else if (!cuts) {
                // Open, so that a client that asks again is counted.
                asked.add(head(near.getInputStream()));
            }
        } catch (IOException e) {
            // The client went away.
        }
    }

    private void join(Socket near) throws IOException {
        try (Socket far = new Socket(InetAddress.getLoopbackAddress(), target)) {
            Thread.ofVirtual().start(() -> copy(near, far));
            copy(far, near);
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // Ended by either side.
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the client went away");
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}

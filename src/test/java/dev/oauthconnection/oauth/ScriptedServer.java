package dev.oauthconnection.oauth;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLServerSocket;

/** An HTTP server on a bare socket that answers each request by a script, broken answers included, and keeps what it received. */
public final class ScriptedServer implements AutoCloseable {
    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)content-length: *([0-9]+)");

    /** Answers one request that was read in whole; returns whether the connection stays open for another. */
    public interface Script {
        boolean answer(String request, OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket listener;
    private final Script script;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();

    public ScriptedServer(Script script) {
        this(onLoopback(), script);
    }

    /** On a socket of the test's own, such as one of TLS. */
    public ScriptedServer(ServerSocket listener, Script script) {
        this.listener = listener;
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    private static ServerSocket onLoopback() {
        try {
            return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers each request with the same bytes and closes. */
    public static ScriptedServer answering(String raw) {
        return new ScriptedServer((request, out) -> {
            out.write(raw.getBytes(StandardCharsets.UTF_8));
            return false;
        });
    }

    /** Reads each request and never answers. */
    public static ScriptedServer silent() {
        CountDownLatch never = new CountDownLatch(1);
        return new ScriptedServer((request, out) -> {
            never.await();
            return false;
        });
    }

    /** A whole answer. */
    public static String http(int status, String headers, String body) {
        return "HTTP/1.1 " + status + " Status\r\n" + headers + "Content-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    public URI uri(String path) {
        String scheme = listener instanceof SSLServerSocket ? "https" : "http";
        return URI.create(scheme + "://127.0.0.1:" + listener.getLocalPort() + path);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** The requests that were read in whole. */
    public List<String> requests() {
        return requests;
    }

    public int connections() {
        return connections.size();
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = listener.accept();
                connections.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            for (String request = read(in); !request.isEmpty(); request = read(in)) {
                requests.add(request);
                boolean more = script.answer(request, socket.getOutputStream());
                socket.getOutputStream().flush();
                if (!more) {
                    return;
                }
            }
        } catch (IOException e) {
            // The client went away, which some scripts provoke.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String read(InputStream in) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            request.write(next);
            String text = request.toString(StandardCharsets.UTF_8);
            if (text.endsWith("\r\n\r\n")) {
                Matcher length = CONTENT_LENGTH.matcher(text);
                byte[] body = length.find() ? in.readNBytes(Integer.parseInt(length.group(1))) : new byte[0];
                return text + new String(body, StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : connections) {
            socket.close();
        }
    }
}

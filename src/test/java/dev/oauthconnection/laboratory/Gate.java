package dev.oauthconnection.laboratory;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The only way from the processes under test to an authorization server. It writes down every token request and answer that passes, with
 * the process that sent it and when the last byte of the answer was given to it, and does to each what the faults say.
 */
final class Gate implements AutoCloseable {
    /** What happens to one request and its answer. */
    enum Fault {
        None,
        /** The connection ends before the authorization server sees the request. */
        CutBeforeRequest,
        /** It ends after the authorization server has answered, before the answer. */
        CutBeforeAnswer,
        /** It ends in the middle of the answer. */
        CutInAnswer,
        /** The answer never comes, and nothing ends. */
        BlackHole,
        /** The answer comes at a byte a second. */
        Drip,
        /** 429 with a Retry-After of five seconds, and nothing is passed on. */
        TooManyRequests,
        /** 503 with a Retry-After of nothing. */
        Unavailable,
        /** As while somebody rotates the client's secret. */
        InvalidClient;

        /** Whether the authorization server decides, and its answer does not come whole. */
        boolean losesAnswer() {
            return this == CutBeforeAnswer || this == CutInAnswer || this == BlackHole || this == Drip;
        }

        /** Whether the authorization server never sees the request. */
        boolean keepsRequest() {
            return this != None && !losesAnswer();
        }

        String ownAnswer() {
            return switch (this) {
                case TooManyRequests -> http("429 -", "Retry-After: 5\r\n", "");
                case Unavailable -> http("503 -", "Retry-After: 0\r\n", "");
                case InvalidClient -> http("401 -", "", "{\"error\":\"invalid_client\"}");
                default -> "";
            };
        }
    }

    /** Says what is to happen to the next request. */
    interface Faults {
        Fault next(TokenName used);
    }

    /**
     * One token request, as it passed.
     *
     * @param pid of the process that sent it; 0 where it was gone already
     * @param issued the refresh token in the answer; the unknown one for none
     * @param relayed when the last byte of the whole answer was handed to the sender's socket; {@link Instant#MAX} where it was not
     */
    record Exchange(
            Instant arrived,
            long pid,
            TokenName used,
            Fault fault,
            Instant answered,
            int status,
            TokenName issued,
            Instant relayed) {
        boolean isRelayed() {
            return !relayed.equals(Instant.MAX);
        }
    }

    private static final Duration BLACK_HOLE = Duration.ofMinutes(2);

    private final ServerSocket entrance;
    private final URI target;
    private final Processes processes;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor())
            .build();
    private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
    private final List<Consumer<Exchange>> answered = new CopyOnWriteArrayList<>();
    private final List<Consumer<TokenName>> arriving = new CopyOnWriteArrayList<>();
    private volatile Faults faults = used -> Fault.None;
    private volatile boolean down;

    Gate(URI target, Processes processes) {
        this.target = target;
        this.processes = processes;
        try {
            entrance = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + entrance.getLocalPort() + path);
    }

    void faults(Faults now) {
        faults = now;
    }

    /** The authorization server is unreachable, or is again. */
    void down(boolean now) {
        down = now;
    }

    /** Is told of each request that arrived, before it is passed on. */
    void onArrival(Consumer<TokenName> listener) {
        arriving.add(listener);
    }

    /** Is told of each answer once its last byte is on its way. */
    void onAnswer(Consumer<Exchange> listener) {
        answered.add(listener);
    }

    List<Exchange> exchanges() {
        return exchanges;
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket near = entrance.accept();
                Thread.ofVirtual().start(() -> serve(near));
            } catch (IOException e) {
                // The entrance was closed.
            }
        }
    }

    private void serve(Socket near) {
        try (near) {
            near.setTcpNoDelay(true);
            long pid = processes.ofPeer(near.getPort());
            InputStream in = new BufferedInputStream(near.getInputStream());
            Incoming next = new Incoming(in);
            while (!down) {
                Message request = next.await();
                next = new Incoming(in);
                if (request == null || !pass(request, pid, near, next)) {
                    return;
                }
            }
        } catch (IOException e) {
            // The sender is gone; what it was sent until then is written down.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return whether the connection goes on */
    private boolean pass(Message request, long pid, Socket near, Incoming next)
            throws IOException, InterruptedException {
        Instant arrived = Instant.now();
        TokenName used = TokenName.of(Form.field(request.body(), "refresh_token"));
        Fault fault = faults.next(used);
        arriving.forEach(listener -> listener.accept(used));
        if (fault.keepsRequest()) {
            near.getOutputStream().write(fault.ownAnswer().getBytes(StandardCharsets.UTF_8));
            exchanges.add(new Exchange(arrived, pid, used, fault, Instant.MAX, 0, TokenName.of(""), Instant.MAX));
            return fault != Fault.CutBeforeRequest;
        }
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(target.resolve(request.path()))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(request.body()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        Instant decided = Instant.now();
        TokenName issued = TokenName.of(Form.json(answer.body(), "refresh_token"));
        Instant relayed = Instant.MAX;
        try {
            relayed = next.isOver() ? Instant.MAX : relay(near.getOutputStream(), answer, fault);
        } finally {
            Exchange exchange = new Exchange(arrived, pid, used, fault, decided, answer.statusCode(), issued, relayed);
            exchanges.add(exchange);
            answered.forEach(listener -> listener.accept(exchange));
        }
        return fault == Fault.None;
    }

    private static Instant relay(OutputStream out, HttpResponse<String> answer, Fault fault)
            throws IOException, InterruptedException {
        byte[] bytes = http(answer.statusCode() + " -", "", answer.body()).getBytes(StandardCharsets.UTF_8);
        switch (fault) {
            case None -> {
                out.write(bytes);
                return Instant.now();
            }
            case CutInAnswer -> out.write(bytes, 0, bytes.length - answer.body().length() / 2);
            case BlackHole -> Thread.sleep(BLACK_HOLE);
            case Drip -> drip(out, bytes);
            default -> {}
        }
        return Instant.MAX;
    }

    private static String http(String status, String headers, String body) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\n" + headers + "Content-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    /** Until the sender has enough of it: its call timeout is shorter than any answer of this kind. */
    private static void drip(OutputStream out, byte[] bytes) throws IOException, InterruptedException {
        for (byte each : bytes) {
            out.write(each);
            out.flush();
            Thread.sleep(1_000);
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
    }

    /** The next request on a connection, read while the last one is answered: so the end of the sender is seen as soon as it is there. */
    private static final class Incoming {
        private final CompletableFuture<Optional<Message>> message = new CompletableFuture<>();

        Incoming(InputStream in) {
            Thread.ofVirtual().start(() -> {
                try {
                    message.complete(Optional.ofNullable(Message.read(in)));
                } catch (IOException e) {
                    message.complete(Optional.empty());
                }
            });
        }

        /** Null at the end of the connection. */
        @Nullable
        Message await() {
            return message.join().orElse(null);
        }

        /** Whether the sender's end is closed, as the kernel closes that of a process that was killed: then nobody waits for the answer. */
        boolean isOver() {
            return message.isDone() && message.join().isEmpty();
        }
    }

    /** A request as it came. */
    private record Message(String path, String body) {
        /** Null at the end of the connection. */
        static @Nullable Message read(InputStream in) throws IOException {
            String first = line(in);
            if (first.isEmpty()) {
                return null;
            }
            int length = 0;
            for (String header = line(in); !header.isEmpty(); header = line(in)) {
                if (header.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                    length = Integer.parseInt(header.substring(15).strip());
                }
            }
            byte[] body = in.readNBytes(length);
            return body.length < length
                    ? null
                    : new Message(first.split(" ")[1], new String(body, StandardCharsets.UTF_8));
        }

        private static String line(InputStream in) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
                line.append((char) c);
            }
            return line.toString().strip();
        }
    }
}

package dev.oauthconnection.local.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.thread.VirtualThreadPool;

/**
 * The dispatcher behind HTTP, on 127.0.0.1 and a port that the system chooses. It has one handler, which asks for the token before it
 * looks at anything else: without it every request, watches included, is answered 401 with no body.
 */
final class ApiServer implements AutoCloseable {
    /** More than etcd takes (1.5 MiB), so that what fits there fits here. */
    private static final int MAX_BODY = 3 << 20;
    /** A quiet watch is written to this often, so that one whose client is gone ends. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private final ApiDispatcher dispatcher;
    private final ObjectStore store;
    private final byte[] authorization;
    private final Server server = new Server(new VirtualThreadPool());
    private final ServerConnector connector;

    ApiServer(ApiDispatcher dispatcher, ObjectStore store, String token) {
        this.dispatcher = dispatcher;
        this.store = store;
        this.authorization = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        this.connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        connector.setPort(0);
        server.addConnector(connector);
        server.setHandler(new Api());
    }

    void start() {
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("the embedded API cannot listen on 127.0.0.1", e);
        }
    }

    int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the embedded API did not stop", e);
        }
    }

    private final class Api extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            if (!isAuthorized(request)) {
                response.setStatus(401);
                callback.succeeded();
                return true;
            }
            ApiAnswer answer = answer(request);
            switch (answer) {
                case ApiAnswer.Reply reply -> send(reply.code(), Json.bytes(reply.body()), response, callback);
                case ApiAnswer.Stream stream -> {
                    try (Watch watch = stream.watch()) {
                        request.addIdleTimeoutListener(timeout -> false);
                        send(stream, watch, response);
                        callback.succeeded();
                    } catch (IOException clientIsGone) {
                        callback.failed(clientIsGone);
                    }
                }
            }
            return true;
        }
    }

    private boolean isAuthorized(Request request) {
        String sent = Objects.requireNonNullElse(request.getHeaders().get(HttpHeader.AUTHORIZATION), "");
        return MessageDigest.isEqual(sent.getBytes(StandardCharsets.UTF_8), authorization);
    }

    private ApiAnswer answer(Request request) throws IOException {
        byte[] body = Content.Source.asInputStream(request).readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            ApiFailure failure = ApiFailure.tooLarge(MAX_BODY);
            return new ApiAnswer.Reply(failure.code(), failure.status());
        }
        Map<String, String> query = new HashMap<>();
        for (Fields.Field field : Request.extractQueryParameters(request)) {
            query.put(field.getName(), field.getValue());
        }
        String contentType = header(request, HttpHeader.CONTENT_TYPE);
        return dispatcher.answer(new ApiRequest(
                request.getMethod(),
                Objects.requireNonNullElse(request.getHttpURI().getPath(), "/"),
                query,
                contentType.replaceFirst(";.*", "").strip(),
                header(request, HttpHeader.ACCEPT),
                body));
    }

    private static String header(Request request, HttpHeader name) {
        return Objects.requireNonNullElse(request.getHeaders().get(name), "");
    }

    private static void send(int code, byte[] body, Response response, Callback callback) {
        response.setStatus(code);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    /** One JSON object a line, as long as the watch lasts. Ends early where it was cut off, or the API closes. */
    private void send(ApiAnswer.Stream stream, Watch watch, Response response)
            throws IOException, InterruptedException {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        long end = System.nanoTime() + stream.atMost().toNanos();
        try (OutputStream output = Content.Sink.asOutputStream(response)) {
            output.flush();
            while (!watch.isClosed() && System.nanoTime() < end) {
                Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
                Optional<Change.Event> event =
                        watch.next(left.compareTo(HEARTBEAT) < 0 ? left.plusMillis(1) : HEARTBEAT);
                if (event.isPresent()) {
                    writeLine(
                            output,
                            stream.view().event(event.get().type(), event.get().object()));
                } else if (System.nanoTime() < end) {
                    bookmark(stream, watch, output);
                }
            }
            // However late it is: from here the client goes on.
            bookmark(stream, watch, output);
        }
    }

    private void bookmark(ApiAnswer.Stream stream, Watch watch, OutputStream output) throws IOException {
        OptionalLong version = stream.bookmarks() ? store.bookmark(watch) : OptionalLong.empty();
        if (version.isPresent()) {
            writeLine(output, stream.view().bookmark(watch.collection().type(), version.getAsLong()));
        }
    }

    private static void writeLine(OutputStream output, JsonNode line) throws IOException {
        output.write(Json.bytes(line));
        output.write('\n');
        output.flush();
    }
}

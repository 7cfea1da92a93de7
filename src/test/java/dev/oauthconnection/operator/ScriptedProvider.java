package dev.oauthconnection.operator;

import static dev.oauthconnection.oauth.ScriptedServer.http;

import dev.oauthconnection.oauth.ScriptedServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A provider that answers what a test says, and keeps what it was asked. Where nothing is said it is strict: each refresh brings a
 * new refresh token and spends the one it was made with.
 */
final class ScriptedProvider implements AutoCloseable {
    /** Answers one token request. */
    interface Answer {
        void write(Map<String, String> form, OutputStream out) throws IOException, InterruptedException;
    }

    private final String name;
    private final Deque<Answer> script = new ConcurrentLinkedDeque<>();
    private final List<Map<String, String>> tokenRequests = new CopyOnWriteArrayList<>();
    private final List<Map<String, String>> revocations = new CopyOnWriteArrayList<>();
    private final AtomicInteger issued = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ScriptedServer server;
    private volatile int lifetime = 3600;
    private volatile boolean rotates = true;
    private volatile String metadata = "";
    private volatile Answer otherwise = this::refresh;
    private volatile String revocationAnswer = http(200, "", "");

    ScriptedProvider(String name) {
        this.name = name;
        this.server = new ScriptedServer(this::serve);
    }

    /** On a listener of the test's own, such as one of TLS. */
    ScriptedProvider(String name, ServerSocket listener) {
        this.name = name;
        this.server = new ScriptedServer(listener, this::serve);
    }

    URI uri(String path) {
        return server.uri(path);
    }

    /** Every token carries this, so that a leak is found by it. */
    String accessToken(int number) {
        return "secret-at-" + name + "-" + number;
    }

    String refreshToken(int number) {
        return "secret-rt-" + name + "-" + number;
    }

    /** The lifetime of the tokens that it issues from now on, in seconds. */
    ScriptedProvider lifetime(int seconds) {
        this.lifetime = seconds;
        return this;
    }

    /** From now on a refresh brings an access token alone, and the refresh token stays as it is. */
    ScriptedProvider withoutRotation() {
        this.rotates = false;
        return this;
    }

    /** The next token request is answered with this. */
    void next(Answer answer) {
        script.add(answer);
    }

    void next(String raw) {
        next(raw(raw));
    }

    /** From now on each token request that nothing else is said about is answered with this. */
    void always(Answer answer) {
        otherwise = answer;
    }

    void always(String raw) {
        always(raw(raw));
    }

    /** From now on each revocation is answered with this. */
    void revocations(String raw) {
        revocationAnswer = raw;
    }

    /** Answers properly again. */
    void repaired() {
        otherwise = this::refresh;
        revocationAnswer = http(200, "", "");
    }

    /** The document at the discovery endpoint; empty for none. */
    void metadata(String json) {
        metadata = json;
    }

    /** All token requests so far. */
    List<Map<String, String>> tokenRequests() {
        return tokenRequests;
    }

    /** The refresh tokens that were sent, in order. */
    List<String> redeemed() {
        return tokenRequests.stream()
                .map(form -> form.get("refresh_token"))
                .filter(Objects::nonNull)
                .toList();
    }

    List<Map<String, String>> revocations() {
        return revocations;
    }

    /** Everything it was ever asked, discovery included. */
    List<String> requests() {
        return server.requests();
    }

    /** Answers properly, once the test says so. */
    Answer after(CountDownLatch signal) {
        return (form, out) -> {
            signal.await();
            refresh(form, out);
        };
    }

    /** Reads the request and says nothing. */
    Answer silence() {
        return (form, out) -> closed.await();
    }

    static Answer raw(String raw) {
        return (form, out) -> out.write(raw.getBytes(StandardCharsets.UTF_8));
    }

    static String json(int status, String body) {
        return http(status, "Content-Type: application/json\r\n", body);
    }

    static String error(String code) {
        return json(400, "{\"error\":\"" + code + "\",\"error_description\":\"says the provider\"}");
    }

    private void refresh(Map<String, String> form, OutputStream out) throws IOException {
        out.write(json(200, answer("\"expires_in\":" + lifetime)).getBytes(StandardCharsets.UTF_8));
    }

    /** A whole answer with the next tokens, and these fields. */
    String answer(String fields) {
        int number = issued.incrementAndGet();
        String refreshToken = rotates ? ",\"refresh_token\":\"" + refreshToken(number) + "\"" : "";
        return "{\"access_token\":\"" + accessToken(number) + "\",\"token_type\":\"Bearer\"" + refreshToken
                + (fields.isEmpty() ? "" : "," + fields) + "}";
    }

    private boolean serve(String request, OutputStream out) throws IOException, InterruptedException {
        Map<String, String> form = form(request);
        if (request.startsWith("POST /token")) {
            tokenRequests.add(form);
            Answer answer = script.poll();
            (answer == null ? otherwise : answer).write(form, out);
        } else if (request.startsWith("POST /revoke")) {
            revocations.add(form);
            out.write(revocationAnswer.getBytes(StandardCharsets.UTF_8));
        } else {
            String answer = metadata.isEmpty() ? json(404, "{}") : json(200, metadata);
            out.write(answer.getBytes(StandardCharsets.UTF_8));
        }
        return false;
    }

    /** The fields of the form, and the client's credentials from the header. */
    private static Map<String, String> form(String request) {
        Map<String, String> form = new LinkedHashMap<>();
        request.lines()
                .filter(line -> line.regionMatches(true, 0, "Authorization: Basic ", 0, 21))
                .forEach(line -> form.put(
                        "basic",
                        new String(Base64.getDecoder().decode(line.substring(21).strip()), StandardCharsets.UTF_8)));
        for (String pair : request.substring(request.indexOf("\r\n\r\n") + 4).split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                form.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return form;
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
    }
}

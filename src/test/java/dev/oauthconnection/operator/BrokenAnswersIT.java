package dev.oauthconnection.operator;

import static dev.oauthconnection.oauth.ScriptedServer.http;
import static dev.oauthconnection.operator.ScriptedProvider.json;
import static dev.oauthconnection.operator.ScriptedProvider.raw;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.operator.ScriptedProvider.Answer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each way to spoil the answer to a refresh: its author is told, the token is served on, the grant is kept, and the next answer that is
 * whole ends the trouble. One operator has all of them at once.
 */
class BrokenAnswersIT {
    /** A spoilt answer, and what is said of it. */
    record Spoilt(String name, Function<ScriptedProvider, Answer> answer, String says) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Long enough for the fence of a quarter of it to pass twice. */
    private static final int LIFETIME = 40;

    private static final String ELSEWHERE = "elsewhere";

    @TempDir
    static Path folder;

    private static final Map<String, LiveConnection> CONNECTIONS = new LinkedHashMap<>();
    private static OperatorWorld world;
    private static ScriptedProvider elsewhere;

    static List<Spoilt> spoilt() {
        return List.of(
                spoilt("html", http(200, "Content-Type: text/html\r\n", "<html>Sorry</html>"), "an HTML or XML page"),
                spoilt("empty", json(200, ""), "answered 200 with an empty body"),
                spoilt(
                        "truncated",
                        "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"access_tok",
                        "broke before the answer"),
                spoilt("half", json(200, "{\"access_token\":\"secret-at-half"), "a body that is not JSON, or is cut"),
                spoilt("nothing", json(200, "{\"hello\":\"world\"}"), "neither an access token nor an error"),
                spoilt("huge", json(200, "{\"access_token\":\"" + "x".repeat(1 << 20) + "\"}"), "larger than 1 MiB"),
                new Spoilt("slow", ScriptedProvider::silence, "no whole answer of 127.0.0.1 within"),
                spoilt("failing", json(500, "{\"error\":\"server_error\"}"), "answered 500"),
                new Spoilt("redirect", provider -> raw(redirect()), "a redirect, which is not followed"));
    }

    private static Spoilt spoilt(String name, String answer, String says) {
        return new Spoilt(name, provider -> raw(answer), says);
    }

    private static String redirect() {
        return http(307, "Location: " + elsewhere.uri("/token") + "\r\n", "");
    }

    @BeforeAll
    static void spoilTheSecondAnswerOfEach() {
        world = OperatorWorld.start(folder);
        elsewhere = world.provider(ELSEWHERE);
        for (Spoilt spoilt : spoilt()) {
            LiveConnection connection = world.connection(spoilt.name());
            connection.provider.lifetime(LIFETIME);
            CONNECTIONS.put(spoilt.name(), connection.applied());
        }
        for (Spoilt spoilt : spoilt()) {
            LiveConnection connection = connection(spoilt);
            connection.awaitToken(1).awaitReady();
            connection.provider.next(spoilt.answer().apply(connection.provider));
            connection.requestRefresh("1");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        world.close();
    }

    private static LiveConnection connection(Spoilt spoilt) {
        return Objects.requireNonNull(CONNECTIONS.get(spoilt.name()));
    }

    @ParameterizedTest
    @MethodSource("spoilt")
    void its_author_is_told(Spoilt spoilt) {
        connection(spoilt).awaitSaid(spoilt.says());
    }

    @ParameterizedTest
    @MethodSource("spoilt")
    void the_same_grant_brings_the_next_token_and_the_old_one_was_served_until_then(Spoilt spoilt) {
        LiveConnection connection = connection(spoilt);
        ScriptedProvider provider = connection.provider;

        LiveConnection.soon().until(() -> !connection.accessToken().equals(provider.accessToken(1)));

        assertThat(provider.redeemed().subList(0, 3))
                .containsExactly(provider.refreshToken(0), provider.refreshToken(1), provider.refreshToken(1));
        assertThat(connection.condition("Stalled").getStatus()).isEqualTo("False");
        assertThat(firstReadyIsFollowedBy(connection)).containsExactly("True");
    }

    /** The values of Ready since it was True first. */
    private static List<String> firstReadyIsFollowedBy(LiveConnection connection) {
        return Stream.of(world.history(connection.name))
                .flatMap(List::stream)
                .map(status ->
                        LiveConnection.find(status, "Ready").orElseThrow().getStatus())
                .dropWhile(value -> !value.equals("True"))
                .distinct()
                .toList();
    }

    @Test
    void nobody_else_gets_what_was_redirected() {
        connection(spoilt().getLast()).awaitSaid("a redirect");
        assertThat(elsewhere.requests()).isEmpty();
    }
}

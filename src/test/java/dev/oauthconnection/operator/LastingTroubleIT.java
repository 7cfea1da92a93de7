package dev.oauthconnection.operator;

import static dev.oauthconnection.oauth.ScriptedServer.http;
import static dev.oauthconnection.operator.ScriptedProvider.json;
import static dev.oauthconnection.operator.ScriptedProvider.raw;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.operator.ScriptedProvider.Answer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A provider that spoils every answer from the second on, as one whose token endpoint was moved: it is asked with growing pauses, its
 * author is told what to do, and the grant is kept. One operator has all of them at once.
 */
class LastingTroubleIT {
    /** How every answer is spoilt, and what is said of it in the end. */
    record Lasting(String name, Function<ScriptedProvider, Answer> answer, Reason reason, List<String> says) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** The fence is a quarter of it, and runs in real time. */
    private static final int LIFETIME = 20;

    /** Enough for its author to be told that it may be no outage. */
    private static final int FAILURES = 3;

    @TempDir
    static Path folder;

    private static final Map<String, LiveConnection> CONNECTIONS = new LinkedHashMap<>();
    private static final Map<String, Integer> REQUESTS = new LinkedHashMap<>();
    private static OperatorWorld world;

    static List<Lasting> lasting() {
        return List.of(
                unavailable("html", raw(http(200, "Content-Type: text/html\r\n", "<html>Moved</html>")), "an HTML"),
                unavailable("empty", raw(json(200, "")), "an empty body"),
                new Lasting(
                        "slow",
                        ScriptedProvider::silence,
                        Reason.RedemptionUncertain,
                        List.of("no whole answer of 127.0.0.1 within", "if this lasts, check token.endpoint")),
                unavailable("redirect", raw(http(307, "Location: https://elsewhere.example/\r\n", "")), "a redirect"),
                new Lasting(
                        "refusing",
                        provider -> raw(json(200, "{\"error\":\"invalid_request\"}")),
                        Reason.RequestRefused,
                        List.of("the provider refused with invalid_request", "check scopes and provider")));
    }

    private static Lasting unavailable(String name, Answer answer, String says) {
        return new Lasting(
                name,
                provider -> answer,
                Reason.RedemptionUncertain,
                List.of(says, "if this lasts, check token.endpoint of the provider"));
    }

    @BeforeAll
    static void letThemFailForAWhile() {
        world = OperatorWorld.start(folder);
        for (Lasting lasting : lasting()) {
            LiveConnection connection = world.connection(lasting.name());
            connection.provider.lifetime(LIFETIME);
            CONNECTIONS.put(lasting.name(), connection.applied().awaitToken(1));
            connection.provider.always(lasting.answer().apply(connection.provider));
            connection.requestRefresh("1");
        }
        LiveConnection.soon().until(() -> lasting().stream()
                .filter(lasting -> lasting.reason() == Reason.RedemptionUncertain)
                .allMatch(lasting -> asked(lasting) > FAILURES));
        CONNECTIONS.values().forEach(LiveConnection::nudge);
        lasting().forEach(lasting -> REQUESTS.put(lasting.name(), asked(lasting)));
    }

    private static int asked(Lasting lasting) {
        return connection(lasting).provider.tokenRequests().size();
    }

    @AfterAll
    static void stop() throws Exception {
        world.close();
    }

    private static LiveConnection connection(Lasting lasting) {
        return Objects.requireNonNull(CONNECTIONS.get(lasting.name()));
    }

    @ParameterizedTest
    @MethodSource("lasting")
    void its_author_is_told_what_to_do(Lasting lasting) {
        LiveConnection.soon().untilAsserted(() -> assertThat(world.history(lasting.name()))
                .flatExtracting(OAuthConnectionStatus::conditions)
                .anySatisfy(c -> {
                    assertThat(c.getType() + " " + c.getStatus()).isEqualTo("Ready False");
                    assertThat(c.getReason()).isEqualTo(lasting.reason().name());
                    assertThat(c.getMessage()).contains(lasting.says());
                }));
    }

    @ParameterizedTest
    @MethodSource("lasting")
    void it_is_never_asked_in_a_storm(Lasting lasting) {
        assertThat(REQUESTS.get(lasting.name())).isBetween(2, 4 * FAILURES);
    }

    @ParameterizedTest
    @MethodSource("lasting")
    void the_grant_is_kept(Lasting lasting) {
        LiveConnection connection = connection(lasting);
        assertThat(connection.kept()).containsExactly(connection.provider.refreshToken(1));
    }
}

package dev.oauthconnection.operator;

import static dev.oauthconnection.operator.ScriptedProvider.json;
import static dev.oauthconnection.operator.ScriptedProvider.raw;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.OAuthConnectionStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lifetimes as providers write them: each gives a token that is served, and no storm of refreshes. */
class LifetimesIT {
    @TempDir
    static Path folder;

    private static OperatorWorld world;

    @BeforeAll
    static void start() {
        world = OperatorWorld.start(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        world.close();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', textBlock = """
            missing,   '',                       PT1H
            text,      '"expires_in":"1800"',    PT30M
            words,     '"expires_in":"soon"',    PT1H
            negative,  '"expires_in":-5',        PT1H
            zero,      '"expires_in":0',         PT1H
            empty,     '"expires_in":null',      PT1H
            enormous,  '"expires_in":1e30',      P3650D
            """)
    void a_token_is_served_for_the_lifetime_that_is_believed(String name, String field, Duration believed) {
        LiveConnection connection = world.connection(name);
        connection.provider.always(
                (form, out) -> raw(json(200, connection.provider.answer(field))).write(form, out));

        connection.applied().awaitToken(1).awaitReady();

        OAuthConnectionStatus.Token token = connection.status().orElseThrow().token();
        assertThat(Duration.between(Instant.parse(token.refreshedAt()), Instant.parse(token.expiresAt())))
                .isBetween(believed.minusSeconds(1), believed.plusSeconds(1));
        connection.nudge();
        connection.requestRefresh("1");
        connection.awaitToken(2);
        assertThat(connection.provider.tokenRequests()).hasSize(2);
    }
}

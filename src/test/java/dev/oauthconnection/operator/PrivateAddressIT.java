package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Reason;
import dev.oauthconnection.testing.Authority;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider at an address that no admin allowed: nothing reaches it, the grant is kept, and the message says what to do. */
class PrivateAddressIT {
    private static final String SAYS = "the address 127.0.0.1 is not public, and requests to providers go to public"
            + " addresses alone: correct the provider's URL, or have an admin add the address to --allowed-addresses";

    @TempDir
    Path folder;

    private OperatorWorld world;
    private LiveConnection books;

    @BeforeEach
    void start() {
        world = OperatorWorld.start(folder, new Configuration.Network(false, List.of("10.0.0.0/8")));
        books = world.connection("books", new Authority().listener("127.0.0.1"));
    }

    @AfterEach
    void stop() throws Exception {
        world.close();
    }

    @Test
    void the_refresh_token_stays_here() {
        books.applied();
        books.awaitCondition("Ready", "False", Reason.ProviderUnavailable, SAYS);
        assertThat(books.kept()).containsExactly(books.provider.refreshToken(0));
        assertThat(books.provider.requests()).isEmpty();
    }

    @Test
    void it_is_tried_again_after_a_pause_and_not_at_each_look() {
        books.applied();
        books.awaitCondition("Ready", "False", Reason.ProviderUnavailable, SAYS);
        for (int look = 0; look < 30; look++) {
            books.nudge();
        }
        world.connection("shop", new Authority().listener("127.0.0.1"))
                .applied()
                .awaitCondition("Ready", "False", Reason.ProviderUnavailable, SAYS);
        // The first pauses are 1, 2 and 4 s, for each of the two.
        assertThat(attempts()).isBetween(2, 15);
    }

    private int attempts() {
        return (int) world.registry.find("oauthconnection.redemptions").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Test
    void nothing_is_discovered_there() {
        books.applyProviderSpec("issuer: " + books.provider.uri(""));
        books.applyClient("app", LiveConnection.CLIENT_SECRET);
        books.applySpec("grantType: ClientCredentials");
        books.awaitCondition("Ready", "False", Reason.ProviderUnavailable, SAYS);
        assertThat(books.provider.requests()).isEmpty();
    }
}

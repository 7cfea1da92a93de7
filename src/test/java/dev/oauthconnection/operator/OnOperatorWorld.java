package dev.oauthconnection.operator;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test with an operator of its own, and a connection that nothing was applied of yet. */
abstract class OnOperatorWorld {
    @TempDir
    Path folder;

    OperatorWorld world;
    LiveConnection books;

    @BeforeEach
    void start() {
        world = OperatorWorld.start(folder);
        books = world.connection("books");
    }

    @AfterEach
    void stop() throws Exception {
        world.close();
    }
}

package dev.oauthconnection.testing;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Programs that some tests need and that a machine may lack: an API server, a provider, a browser. */
public final class RealParts {
    private RealParts() {}

    /**
     * Skips the test when a part is absent, and fails it instead where {@code REQUIRE_REAL_PARTS=true} says that no test may be skipped.
     *
     * @param howToHaveIt what to do to have the part
     */
    public static void require(boolean present, String howToHaveIt) {
        if ("true".equals(System.getenv("REQUIRE_REAL_PARTS"))) {
            Assertions.assertTrue(present, howToHaveIt);
        }
        Assumptions.assumeTrue(present, howToHaveIt);
    }
}

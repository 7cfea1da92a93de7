package dev.oauthconnection.local.server;

import java.time.Instant;
import java.util.List;

/**
 * What the token server needs beside the Kubernetes API.
 *
 * @param grants whether the connection has a grant, whatever its token is doing
 * @param accounts lists what an access token reaches
 * @param activity what happened of late, newest first, for the live page
 */
public record Ports(ConsentFlow consent, Grants grants, Accounts accounts, Activity activity) {
    /** Knows whether a connection has a grant. */
    @FunctionalInterface
    public interface Grants {
        boolean present(String namespace, String connection);
    }

    /** The provider's accounts endpoint. */
    @FunctionalInterface
    public interface Accounts {
        Result list(String accessToken);

        /** What came of asking. */
        sealed interface Result {
            /** A JSON array, as the provider wrote it. */
            record Listed(String json) implements Result {}

            /** There is no list; the message is for a user and holds no token. */
            record Failed(String message) implements Result {}
        }
    }

    /** What happened of late. */
    @FunctionalInterface
    public interface Activity {
        List<Line> latest();

        /** One happening, in the words of a user; holds no secret. */
        record Line(Instant at, String connection, String text) {}
    }
}

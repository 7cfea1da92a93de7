package dev.oauthconnection.local.server;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The port to the operator's consent: how it is started and how it ends. Texts are plain text for a person. */
public interface ConsentFlow {
    /** What came of starting. */
    sealed interface Begin {
        /**
         * The browser goes to the provider.
         *
         * @param cookieValue binds the attempt to the browser; holds no character that a cookie may not have
         */
        record Redirect(URI authorizationRequest, String cookieValue) implements Begin {
            @Override
            public String toString() {
                return "Redirect[to " + authorizationRequest.getHost() + "]";
            }
        }

        /** Nothing was started; the message says what to do. */
        record Refused(String message) implements Begin {}
    }

    /** How it ended. */
    sealed interface Completion {
        /** The connection has its grant; notes are what the person should know all the same. */
        record Granted(String connection, List<String> notes) implements Completion {}

        /** The connection is as it was before; the message says what to do. */
        record Failed(String title, String message) implements Completion {}
    }

    Begin begin(String namespace, String connection);

    /** @param cookieValue null when the browser sent none */
    Completion complete(Map<String, List<String>> parameters, @Nullable String cookieValue);
}

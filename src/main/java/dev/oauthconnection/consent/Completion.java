package dev.oauthconnection.consent;

import java.util.List;

/** How a consent ended. Texts are plain text for a person: they may hold what a provider said, so a page must escape them. */
public sealed interface Completion {
    /**
     * The connection has its grant.
     *
     * @param notes what the person should know all the same, such as scopes that were not granted; often empty
     */
    record Granted(String namespace, String connection, List<String> notes) implements Completion {}

    /** The connection is as it was before; the message says what to do. */
    record Failed(String title, String message) implements Completion {}
}

package dev.oauthconnection.laboratory;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Which refresh token it is, without what makes it one.
 *
 * @param family the number of the connection's grant, from 1
 * @param count its number in that grant, from 1, in the order of issue
 */
record TokenName(String connection, int family, int count) {
    private static final Pattern TOKEN =
            Pattern.compile(Pattern.quote(RotatingServer.MARK) + "[-a-z0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9a-f]+");

    private static final TokenName UNKNOWN = new TokenName("unknown", 0, 0);

    /** Reads it from the token. */
    static TokenName of(String token) {
        String[] parts = token.split("\\.");
        return parts.length == 5 && token.startsWith(RotatingServer.MARK)
                ? new TokenName(parts[1], Integer.parseInt(parts[2]), Integer.parseInt(parts[3]))
                : UNKNOWN;
    }

    /** All that stand in a text. */
    static List<TokenName> in(String text) {
        return TOKEN.matcher(text)
                .results()
                .map(found -> of(found.group()))
                .distinct()
                .toList();
    }

    /** The grant that it belongs to. */
    String grant() {
        return connection + "." + family;
    }

    boolean isSameGrant(TokenName other) {
        return connection.equals(other.connection) && family == other.family;
    }
}

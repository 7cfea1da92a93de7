package dev.oauthconnection.grant;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Whose grant it is: one connection of one namespace as it exists, so that a namespace that is deleted and made again by somebody else
 * does not inherit grants.
 */
public record GrantKey(String namespaceUid, String namespace, String name) {
    /** The name of the grant Secret: {@code grant-<hash>}; the Secret repeats all three parts in full. */
    public String secretName() {
        return "grant-" + digest(namespaceUid + "\n" + namespace + "\n" + name);
    }

    static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 20);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}

package dev.oauthconnection.oauth;

import org.jspecify.annotations.Nullable;

/**
 * An OAuth client (RFC 6749, section 2).
 *
 * @param id the client identifier
 * @param secret the client secret; null for a public client
 */
public record Client(String id, @Nullable String secret) {
    @Override
    public String toString() {
        return "Client[" + id + "]";
    }
}

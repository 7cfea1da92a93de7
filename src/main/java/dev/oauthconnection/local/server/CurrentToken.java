package dev.oauthconnection.local.server;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.serving.ServedToken;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The token that is published. It comes from the token Secret, which never holds a refresh token, and only the named keys are read.
 *
 * @param tenantId as the user entered it; null when they did not
 */
record CurrentToken(ServedToken token, @Nullable String tenantId) {
    /** Reads a token Secret; null when there is none, or it is not one of the operator's. */
    static @Nullable CurrentToken of(@Nullable Secret secret, @Nullable String tenantId) {
        if (secret == null || !Names.TOKEN.equals(label(secret, Names.ROLE))) {
            return null;
        }
        return ServedToken.of(key -> value(secret, key))
                .map(token -> new CurrentToken(token, tenantId))
                .orElse(null);
    }

    String accessToken() {
        return token.accessToken();
    }

    Instant expiresAt() {
        return token.expiresAt();
    }

    boolean isExpired(Instant now) {
        return token.isExpired(now);
    }

    /** The answer of {@code /token}, with the tenant's id where there is one. */
    Map<String, Object> json(Instant now) {
        Map<String, Object> json = token.json(now);
        if (tenantId != null) {
            json.put("tenantId", tenantId);
        }
        return json;
    }

    /** The value of a key, or null when it is missing or empty. */
    static @Nullable String value(Secret secret, String key) {
        String encoded = secret.getData() == null ? null : secret.getData().get(key);
        return encoded == null || encoded.isEmpty()
                ? null
                : new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    }

    private static @Nullable String label(Secret secret, String name) {
        Map<String, String> labels = secret.getMetadata().getLabels();
        return labels == null ? null : labels.get(name);
    }
}

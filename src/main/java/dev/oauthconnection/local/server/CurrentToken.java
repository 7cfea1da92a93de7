package dev.oauthconnection.local.server;

import dev.oauthconnection.api.Names;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The token that is published. It comes from the token Secret, which never holds a refresh token, and only the named keys are read.
 *
 * @param tenantId as the user entered it; null when they did not
 */
record CurrentToken(
        String accessToken,
        String tokenType,
        Instant expiresAt,
        List<String> scopes,
        @Nullable String tenantId) {
    /** Reads a token Secret; null when there is none, or it is not one of the operator's. */
    static @Nullable CurrentToken of(@Nullable Secret secret, @Nullable String tenantId) {
        if (secret == null || !Names.TOKEN.equals(label(secret, Names.ROLE))) {
            return null;
        }
        String accessToken = value(secret, "access_token");
        String expiresAt = value(secret, "expires_at");
        if (accessToken == null || expiresAt == null) {
            return null;
        }
        String tokenType = value(secret, "token_type");
        String scope = value(secret, "scope");
        try {
            return new CurrentToken(
                    accessToken,
                    tokenType == null ? "Bearer" : tokenType,
                    Instant.parse(expiresAt),
                    scope == null ? List.of() : Arrays.asList(scope.split(" ")),
                    tenantId);
        } catch (DateTimeException e) {
            return null;
        }
    }

    boolean isExpired(Instant now) {
        return !now.isBefore(expiresAt);
    }

    /** The answer of {@code /token}: expiresAt in RFC 3339, expiresIn in seconds. */
    Map<String, Object> json(Instant now) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("accessToken", accessToken);
        json.put("tokenType", tokenType);
        json.put("expiresAt", expiresAt.toString());
        json.put("expiresIn", Duration.between(now, expiresAt).toSeconds());
        json.put("scopes", scopes);
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

    @Override
    public String toString() {
        return "CurrentToken[" + tokenType + ", until " + expiresAt + "]";
    }
}

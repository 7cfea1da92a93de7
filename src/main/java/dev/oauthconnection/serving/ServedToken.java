package dev.oauthconnection.serving;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An access token as {@code /token} answers with it, wherever it is served. */
public record ServedToken(String accessToken, String tokenType, Instant expiresAt, List<String> scopes) {
    public ServedToken {
        scopes = List.copyOf(scopes);
    }

    /**
     * Reads the default keys of a token Secret; empty when access_token or expires_at is missing or cannot be read.
     *
     * @param values of the keys; null for a key that is missing
     */
    public static Optional<ServedToken> of(Function<String, @Nullable String> values) {
        String accessToken = values.apply("access_token");
        String expiresAt = values.apply("expires_at");
        if (accessToken == null || accessToken.isEmpty() || expiresAt == null) {
            return Optional.empty();
        }
        String tokenType = values.apply("token_type");
        String scope = values.apply("scope");
        try {
            return Optional.of(new ServedToken(
                    accessToken,
                    tokenType == null ? "Bearer" : tokenType,
                    Instant.parse(expiresAt),
                    scope == null || scope.isEmpty() ? List.of() : Arrays.asList(scope.split(" "))));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    public boolean isExpired(Instant now) {
        return !now.isBefore(expiresAt);
    }

    /** The answer: expiresAt in RFC 3339, expiresIn in seconds. */
    public Map<String, Object> json(Instant now) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("accessToken", accessToken);
        json.put("tokenType", tokenType);
        json.put("expiresAt", expiresAt.toString());
        json.put("expiresIn", Duration.between(now, expiresAt).toSeconds());
        json.put("scopes", scopes);
        return json;
    }

    /** Without the token, since this may end up in logs. */
    @Override
    public String toString() {
        return "ServedToken[" + tokenType + ", until " + expiresAt + "]";
    }
}

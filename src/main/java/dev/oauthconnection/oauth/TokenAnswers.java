package dev.oauthconnection.oauth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.oauthconnection.oauth.TokenOutcome.Ambiguous;
import dev.oauthconnection.oauth.TokenOutcome.Granted;
import dev.oauthconnection.oauth.TokenOutcome.Rejected;
import dev.oauthconnection.oauth.TokenOutcome.Unavailable;
import java.math.BigDecimal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Classifies and reads whole answers of token endpoints (RFC 6749, sections 5.1 and 5.2), with the tolerance that real providers need:
 * form-encoded bodies, numbers as text, lists of scopes, errors that come with status 200. The content type is not consulted, since it
 * is wrong often enough. Pure, and throws for no body.
 */
public final class TokenAnswers {
    /** No access token lives longer; an answer that says so is believed up to here. */
    public static final Duration LONGEST_LIFETIME = Duration.ofDays(3650);

    private static final BigDecimal LONGEST_MILLIS = BigDecimal.valueOf(LONGEST_LIFETIME.toMillis());
    /** RFC 6749, section 5.2, without the space: a sentence is not a code that somebody could act upon. */
    private static final Pattern ERROR_CODE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,100}");

    private static final Pattern TOKEN_TYPE = Pattern.compile("[\\x21-\\x7E]{1,100}");
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private TokenAnswers() {}

    /**
     * Says how a request ended that was answered in whole.
     *
     * @param retryAfter what the answer's header asks for; null without one
     * @param body as it came, decompressed; empty when there is none
     */
    public static TokenOutcome classify(int status, @Nullable Duration retryAfter, String body, TokenRequest request) {
        if (request.notProcessedStatuses().contains(status)) {
            return new Unavailable("the token endpoint answered " + status + ": not processed", retryAfter);
        }
        @Nullable ObjectNode fields = fields(body);
        boolean success = status >= 200 && status < 300;
        if (success && fields != null && !saysNotOk(fields)) {
            @Nullable TokenAnswer answer = answer(fields, request.defaultLifetime());
            if (answer != null) {
                return new Granted(answer);
            }
        }
        boolean refusal = status >= 400 && status < 500;
        if (fields != null && (success || refusal)) {
            @Nullable Rejected rejected = rejected(status, fields, request);
            if (rejected != null) {
                return rejected;
            }
        }
        return new Ambiguous("the token endpoint answered " + status + " with " + kind(status, body, fields));
    }

    private static @Nullable TokenAnswer answer(ObjectNode fields, Duration defaultLifetime) {
        @Nullable String accessToken = text(fields, "access_token");
        if (accessToken == null) {
            return null;
        }
        @Nullable String type = text(fields, "token_type");
        return new TokenAnswer(
                accessToken,
                type != null && TOKEN_TYPE.matcher(type).matches() ? type : "Bearer",
                lifetime(fields.get("expires_in"), defaultLifetime),
                text(fields, "refresh_token"),
                scopes(fields),
                text(fields, "id_token"));
    }

    /** Zero and less, and what is no number, say nothing: providers write them for "does not expire" or by a clock that is wrong. */
    private static Duration lifetime(@Nullable JsonNode expiresIn, Duration defaultLifetime) {
        String number = expiresIn == null ? "" : expiresIn.asText().strip();
        if (number.isEmpty() || number.length() > 1000) {
            return defaultLifetime;
        }
        try {
            // Scaled and compared, never expanded: 1e999999999 has a billion digits as an integer.
            BigDecimal millis = new BigDecimal(number).scaleByPowerOfTen(3);
            if (millis.compareTo(BigDecimal.ONE) < 0) {
                return defaultLifetime;
            }
            return millis.compareTo(LONGEST_MILLIS) >= 0 ? LONGEST_LIFETIME : Duration.ofMillis(millis.longValue());
        } catch (NumberFormatException | ArithmeticException e) {
            return defaultLifetime;
        }
    }

    private static @Nullable List<String> scopes(ObjectNode fields) {
        @Nullable JsonNode node = fields.hasNonNull("scope") ? fields.get("scope") : fields.get("scopes");
        if (node == null) {
            return null;
        }
        List<String> parts = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(scope -> parts.add(scope.isTextual() ? scope.asText() : ""));
        } else if (node.isTextual()) {
            parts.addAll(Arrays.asList(node.asText().split("[\\s,]+")));
        }
        List<String> scopes = parts.stream()
                .map(String::strip)
                .filter(s -> !s.isEmpty())
                .distinct()
                .toList();
        return scopes.isEmpty() ? null : scopes;
    }

    private static @Nullable Rejected rejected(int status, ObjectNode fields, TokenRequest request) {
        List<String> secrets = ProviderText.secretsOf(request);
        @Nullable String code = text(fields, "error");
        if (code == null && saysNotOk(fields)) {
            code = "unknown_error";
        }
        if (code == null || !ERROR_CODE.matcher(code).matches()) {
            return null;
        }
        @Nullable String description = text(fields, "error_description");
        return new Rejected(
                status,
                ProviderText.clean(code, secrets),
                description == null ? null : ProviderText.clean(description, secrets));
    }

    /** Slack's way to refuse, with status 200. */
    private static boolean saysNotOk(ObjectNode fields) {
        return fields.path("ok").asText().equals("false");
    }

    private static @Nullable String text(ObjectNode fields, String name) {
        @Nullable JsonNode node = fields.get(name);
        return node == null || !node.isTextual() || node.asText().isBlank() ? null : node.asText();
    }

    private static @Nullable ObjectNode fields(String body) {
        String text = trimmed(body);
        if (text.startsWith("{")) {
            try {
                return JSON.readTree(text) instanceof ObjectNode object ? object : null;
            } catch (JsonProcessingException e) {
                return null;
            }
        }
        return text.startsWith("<") || text.startsWith("[") || !text.contains("=") ? null : form(text);
    }

    private static @Nullable ObjectNode form(String text) {
        ObjectNode fields = JSON.createObjectNode();
        try {
            for (String pair : text.split("&")) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    fields.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
                }
            }
        } catch (IllegalArgumentException e) {
            return null;
        }
        return fields;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String trimmed(String body) {
        return (body.startsWith("\uFEFF") ? body.substring(1) : body).strip();
    }

    /** What the body looks like; nothing of the body itself, which may hold tokens. */
    private static String kind(int status, String body, @Nullable ObjectNode fields) {
        if (status >= 300 && status < 400) {
            return "a redirect, which is not followed";
        }
        String text = trimmed(body);
        if (text.isEmpty()) {
            return "an empty body";
        }
        if (text.startsWith("<")) {
            return "an HTML or XML page instead of JSON";
        }
        if (fields == null) {
            return "a body that is not JSON, or is cut";
        }
        return status < 300 ? "neither an access token nor an error" : "no error that could be relied on";
    }
}

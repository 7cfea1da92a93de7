package dev.oauthconnection.consent;

import dev.oauthconnection.oauth.ProviderText;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What arrived at the redirect URI (RFC 6749, sections 4.1.2 and 4.1.2.1). Anybody can send anything there.
 *
 * @param state null when it is missing
 * @param code null when it is missing
 * @param issuer the parameter {@code iss} (RFC 9207); null when it is missing
 * @param error the error code, cleaned; null when there is none
 * @param errorDescription cleaned; null when there is none
 */
record AuthorizationResponse(
        @Nullable String state,
        @Nullable String code,
        @Nullable String issuer,
        @Nullable String error,
        @Nullable String errorDescription) {
    private static final int LONGEST = 8192;

    /**
     * Reads parameters. One that is repeated counts as missing, since a parameter must not be included more than once (RFC 6749, section
     * 3.1) and two readers may pick different ones; so does one that is longer than any provider's.
     */
    static AuthorizationResponse read(Map<String, List<String>> parameters) {
        return new AuthorizationResponse(
                single(parameters, "state"),
                single(parameters, "code"),
                single(parameters, "iss"),
                clean(single(parameters, "error")),
                clean(single(parameters, "error_description")));
    }

    private static @Nullable String single(Map<String, List<String>> parameters, String name) {
        List<String> values = parameters.getOrDefault(name, List.of());
        if (values.size() != 1) {
            return null;
        }
        String value = values.getFirst();
        return value.isEmpty() || value.length() > LONGEST ? null : value;
    }

    private static @Nullable String clean(@Nullable String text) {
        return text == null ? null : ProviderText.clean(text);
    }

    /** Never shows state or code. */
    @Override
    public String toString() {
        return "AuthorizationResponse[" + (error == null ? "code" : error) + "]";
    }
}

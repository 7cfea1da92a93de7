package dev.oauthconnection.oauth;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Text that a provider wrote, made fit for conditions, events and logs: at most {@value #LONGEST} characters, one line, no control or
 * formatting characters, and free of the secrets that we sent, which some providers repeat in their error descriptions.
 */
public final class ProviderText {
    /** The longest text, in UTF-16 characters. */
    public static final int LONGEST = 200;

    private static final String REDACTED = "[redacted]";
    private static final Set<String> SECRET_PARAMETERS = Set.of(
            "refresh_token",
            "code",
            "code_verifier",
            "client_secret",
            "client_assertion",
            "assertion",
            "subject_token");

    private ProviderText() {}

    /** Cleans a text that answered a request without secrets. */
    public static String clean(String text) {
        return clean(text, List.of());
    }

    /** Cleans a text and takes {@code secrets} out of it, also where they are encoded for a form. */
    public static String clean(String text, Collection<String> secrets) {
        String result = text;
        for (String secret : longestFirst(secrets)) {
            result = result.replace(secret, REDACTED);
        }
        // \p{C} holds controls, formatting (bidirectional overrides too), private use and lone surrogates.
        result = result.replaceAll("[\\s\\p{C}\\p{Zl}\\p{Zp}]+", " ").strip();
        return cut(result);
    }

    /** The values in a token request that must not come back in a text. */
    static List<String> secretsOf(TokenRequest request) {
        List<String> secrets = new ArrayList<>(secretsOf(request.client()));
        for (Map.Entry<String, String> parameter : request.parameters().entrySet()) {
            if (SECRET_PARAMETERS.contains(parameter.getKey())) {
                secrets.add(parameter.getValue());
            }
        }
        return secrets;
    }

    static List<String> secretsOf(Client client) {
        @Nullable String secret = client.secret();
        return secret == null || secret.isEmpty() ? List.of() : List.of(secret, FormPost.basicCredentials(client));
    }

    /** A secret may be part of another: the longer one goes first, or its rest would stay. */
    private static List<String> longestFirst(Collection<String> secrets) {
        List<String> all = new ArrayList<>();
        for (String secret : secrets) {
            all.add(secret);
            all.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
            all.add(Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8)));
        }
        all.removeIf(String::isEmpty);
        all.sort(Comparator.comparingInt(String::length).reversed());
        return all.stream().distinct().toList();
    }

    private static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 2)) ? LONGEST - 2 : LONGEST - 1;
        return text.substring(0, end) + "…";
    }
}

package dev.oauthconnection.oauth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.network.Trust;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import okhttp3.Request;

/** Token revocation (RFC 7009). Revoking twice does no harm, so a caller repeats it until it is confirmed. */
public final class Revocation {
    /** How a revocation ended. */
    public sealed interface Outcome {
        /** The provider says that the token is no longer valid. */
        record Confirmed() implements Outcome {}

        /**
         * It may or may not be. No answer is the last one: a client Secret that is being rotated and a firewall refuse like a provider.
         *
         * @param why for a user; holds no secret
         */
        record Failed(String why) implements Outcome {}
    }

    /** Which kind of token it is (RFC 7009, section 2.1). */
    public enum TokenType {
        refresh_token,
        access_token
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final BoundedHttp http;

    public Revocation(BoundedHttp http) {
        this.http = http;
    }

    /**
     * Asks for the end of a token.
     *
     * @param endpoint the revocation endpoint that the grant is bound to
     * @param trust whose certificates are believed there
     */
    public Outcome revoke(
            URI endpoint,
            Trust trust,
            Client client,
            ClientAuthentication authentication,
            String token,
            TokenType type) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("token", token);
        form.put("token_type_hint", type.name());
        Request request;
        try {
            request = FormPost.build(endpoint, client, authentication, form, Map.of());
        } catch (IllegalArgumentException e) {
            return new Outcome.Failed("the revocation request cannot be written: check endpoint and client");
        }
        return switch (http.execute(request, trust)) {
            case BoundedHttp.Result.Failed failed -> new Outcome.Failed(failed.why());
            case BoundedHttp.Result.Answer answer -> read(answer, secrets(client, token));
        };
    }

    private static List<String> secrets(Client client, String token) {
        return Stream.concat(Stream.of(token), ProviderText.secretsOf(client).stream())
                .toList();
    }

    private static Outcome read(BoundedHttp.Result.Answer answer, List<String> secrets) {
        int status = answer.status();
        if (status >= 200 && status < 300) {
            return new Outcome.Confirmed();
        }
        String error = error(answer.body());
        // RFC 7009 wants 200 for a token that is not valid any more; several providers answer with this error instead.
        if (status == 400 && error.equals("invalid_token")) {
            return new Outcome.Confirmed();
        }
        String why = "the revocation endpoint answered " + status;
        return new Outcome.Failed(error.isEmpty() ? why : why + ": " + ProviderText.clean(error, secrets));
    }

    private static String error(String body) {
        try {
            return JSON.readTree(body).path("error").asText("");
        } catch (JsonProcessingException e) {
            return "";
        }
    }
}

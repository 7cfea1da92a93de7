package dev.oauthconnection.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.oauth.BoundedHttp;
import dev.oauthconnection.oauth.ProviderText;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads an issuer's metadata: OpenID Connect Discovery 1.0 first, then RFC 8414. A document is good for an hour and, while there is none
 * in its place, for longer: a server in maintenance answers whatever it likes. Only a document of another issuer ends it. A failure is
 * remembered for a few seconds, so that many connections of one issuer ask once. Redirects are not followed, since the document would then
 * not be the issuer's.
 */
public final class Discovery {
    static final Duration GOOD_FOR = Duration.ofHours(1);
    static final Duration FAILED_FOR = Duration.ofSeconds(10);

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What came of it. Messages are for the author of the provider. */
    public sealed interface Result {
        record Found(Metadata metadata) implements Result {}

        /** The document names another issuer. */
        record Invalid(String message) implements Result {}

        /** There is no such document. */
        record Absent(String message) implements Result {}

        /** Nobody knows right now. */
        record Unreachable(String message) implements Result {}
    }

    /**
     * The part of the metadata that is used (RFC 8414, section 2); URLs as they are written, null where the document has none.
     *
     * @param issInResponse {@code authorization_response_iss_parameter_supported} (RFC 9207, section 3)
     * @param tokenEndpointAuthMethods empty where the document does not say: then it is client_secret_basic
     */
    public record Metadata(
            String issuer,
            @Nullable String authorizationEndpoint,
            @Nullable String tokenEndpoint,
            @Nullable String revocationEndpoint,
            @Nullable String jwksUri,
            boolean issInResponse,
            List<String> tokenEndpointAuthMethods) {}

    /** What one provider's bundle vouches for counts for no other provider. */
    private record Source(String issuer, Trust trust) {}

    private final BoundedHttp http;
    private final InstantSource clock;
    private final Map<Source, Entry> entries = new ConcurrentHashMap<>();

    public Discovery(BoundedHttp http, InstantSource clock) {
        this.http = http;
        this.clock = clock;
    }

    /**
     * The metadata of an issuer, from the cache where it is fresh.
     *
     * @param issuer an absolute URL without query and fragment
     * @param trust whose certificates are believed there
     */
    public Result discover(URI issuer, Trust trust) {
        Entry entry = entries.computeIfAbsent(new Source(issuer.toString(), trust), key -> new Entry());
        entry.lock.lock();
        try {
            @Nullable Result known = entry.result;
            return known != null && clock.instant().isBefore(entry.freshUntil)
                    ? known
                    : entry.accept(fetch(issuer, trust), clock.instant());
        } finally {
            entry.lock.unlock();
        }
    }

    private Result fetch(URI issuer, Trust trust) {
        List<String> misses = new ArrayList<>();
        boolean unreachable = false;
        for (URI location : locations(issuer)) {
            switch (http.get(location, trust, Map.of())) {
                case BoundedHttp.Result.Failed failed -> {
                    misses.add(failed.why());
                    unreachable = true;
                }
                case BoundedHttp.Result.Answer answer -> {
                    @Nullable JsonNode document = answer.status() == 200 ? object(answer.body()) : null;
                    if (document != null) {
                        return read(issuer.toString(), location, document);
                    }
                    misses.add(location + " answered " + answer.status()
                            + (answer.status() == 200 ? " without a JSON object" : ""));
                    unreachable |= answer.status() == 429 || answer.status() >= 500;
                }
            }
        }
        String all = String.join("; ", misses);
        return unreachable
                ? new Result.Unreachable("the discovery document of issuer " + issuer + " cannot be read: " + all)
                : new Result.Absent("issuer " + issuer + " has no discovery document (" + all
                        + "): correct the issuer, or set the endpoints instead");
    }

    private static Result read(String issuer, URI location, JsonNode document) {
        @Nullable String named = text(document, "issuer");
        if (!issuer.equals(named)) {
            return new Result.Invalid("the document at " + location + " names "
                    + (named == null ? "no issuer" : "the issuer '" + ProviderText.clean(named) + "'") + " instead of '"
                    + issuer + "': set issuer to what the provider's documentation says, character for character");
        }
        List<String> methods = new ArrayList<>();
        document.path("token_endpoint_auth_methods_supported").forEach(method -> methods.add(method.asText()));
        return new Result.Found(new Metadata(
                issuer,
                text(document, "authorization_endpoint"),
                text(document, "token_endpoint"),
                text(document, "revocation_endpoint"),
                text(document, "jwks_uri"),
                document.path("authorization_response_iss_parameter_supported").asBoolean(false),
                List.copyOf(methods)));
    }

    /** OpenID Connect appends to the issuer's path; RFC 8414, section 3.1, inserts before it. */
    static List<URI> locations(URI issuer) {
        String path = issuer.getRawPath().replaceAll("/+$", "");
        String origin = issuer.getScheme() + "://" + issuer.getRawAuthority();
        return List.of(
                URI.create(origin + path + "/.well-known/openid-configuration"),
                URI.create(origin + "/.well-known/oauth-authorization-server" + path));
    }

    private static @Nullable JsonNode object(String body) {
        try {
            JsonNode node = JSON.readTree(body);
            return node.isObject() ? node : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static @Nullable String text(JsonNode document, String name) {
        JsonNode node = document.path(name);
        return node.isTextual() && !node.asText().isBlank() ? node.asText() : null;
    }

    /** What is known of one issuer; guarded by its lock, so that one thread asks and the others wait for it. */
    private static final class Entry {
        final ReentrantLock lock = new ReentrantLock();
        Instant freshUntil = Instant.MIN;

        @Nullable
        Result result;

        /** Keeps what was fetched, or what was found before where there is no document now. */
        Result accept(Result fetched, Instant now) {
            freshUntil = now.plus(fetched instanceof Result.Found ? GOOD_FOR : FAILED_FOR);
            boolean none = fetched instanceof Result.Absent || fetched instanceof Result.Unreachable;
            Result kept = none && result instanceof Result.Found found ? found : fetched;
            result = kept;
            return kept;
        }
    }
}

package dev.oauthconnection.delivery;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionSpec;
import dev.oauthconnection.api.OAuthConnectionSpec.ProviderReference;
import dev.oauthconnection.api.OAuthConnectionSpec.TokenSecret;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Connections and tokens for the tests of this package. */
final class Fixtures {
    static final Mark MARK = new Mark("g1", 7, null);
    static final PublishedToken TOKEN = new PublishedToken(
            "access-1",
            "Bearer",
            Instant.parse("2026-01-02T03:04:05.678Z"),
            List.of("offline_access", "accounting.invoices"),
            null,
            null);
    static final TokenSecret PLAIN = new TokenSecret(null, null, null, null, null, null);

    private Fixtures() {}

    /** The connection finance/books with the given settings of its token Secret. */
    static OAuthConnection books(@Nullable TokenSecret secret) {
        return connection("finance", "books", "uid-1", secret);
    }

    static OAuthConnection connection(String namespace, String name, String uid, @Nullable TokenSecret secret) {
        OAuthConnection connection = new OAuthConnection();
        connection.setMetadata(new ObjectMetaBuilder()
                .withNamespace(namespace)
                .withName(name)
                .withUid(uid)
                .build());
        connection.setSpec(new OAuthConnectionSpec(
                new ProviderReference("xero"), null, null, null, null, secret, null, null, null));
        return connection;
    }

    static TokenSecret named(String name) {
        return new TokenSecret(name, null, null, null, null, null);
    }

    static TokenSecret typed(String type) {
        return new TokenSecret(null, type, null, null, null, null);
    }

    static TokenSecret labelled(Map<String, String> labels, Map<String, String> annotations) {
        return new TokenSecret(null, null, labels, annotations, null, null);
    }

    static TokenSecret template(Map<String, String> template) {
        return new TokenSecret(null, null, null, null, template, null);
    }

    static Secret rendered(OAuthConnection connection, PublishedToken token) {
        if (TokenSecretContent.render(connection, token, MARK) instanceof TokenSecretContent.Rendering.Rendered it) {
            return it.secret();
        }
        throw new AssertionError("not rendered");
    }

    static PublishedToken token(String accessToken) {
        return new PublishedToken(accessToken, "Bearer", TOKEN.expiresAt(), TOKEN.scopes(), null, null);
    }

    static Map<String, String> decoded(Secret secret) {
        Map<String, String> values = new TreeMap<>();
        secret.getData()
                .forEach((key, value) ->
                        values.put(key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
        return values;
    }
}

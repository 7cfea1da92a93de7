package dev.oauthconnection.delivery;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionSpec.TokenSecret;
import dev.oauthconnection.api.Reason;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The token Secret as it should be: a pure function of the connection, the token and its mark. */
final class TokenSecretContent {
    static final String DEFAULT_TYPE = "Opaque";

    /**
     * Types by which Kubernetes itself hands out or accepts credentials. Who may write connections, and no Secrets, must not get a
     * service account's token by way of us. The schema says so too; here it holds for an API without schemas.
     */
    private static final Set<String> FORBIDDEN_TYPES =
            Set.of("kubernetes.io/service-account-token", "bootstrap.kubernetes.io/token");

    private static final TokenSecret DEFAULTS = new TokenSecret(null, null, null, null, null, null);

    /** The outcome of rendering. */
    sealed interface Rendering {
        record Rendered(Secret secret) implements Rendering {}

        record Invalid(Reason reason, String message) implements Rendering {}
    }

    private TokenSecretContent() {}

    /** The name of a connection's token Secret. */
    static String name(OAuthConnection connection) {
        String name = settings(connection).name();
        return name == null ? connection.getMetadata().getName() : name;
    }

    static Rendering render(OAuthConnection connection, PublishedToken token, Mark mark) {
        TokenSecret settings = settings(connection);
        String type = Objects.requireNonNullElse(settings.type(), DEFAULT_TYPE);
        if (FORBIDDEN_TYPES.contains(type)) {
            return new Rendering.Invalid(
                    Reason.DeliveryFailed,
                    "spec.secret.type " + type
                            + " is for credentials of the cluster: choose another type, such as Opaque");
        }
        Map<String, String> data = new TreeMap<>();
        for (Map.Entry<String, String> template : templates(settings, token).entrySet()) {
            try {
                data.put(template.getKey(), base64(SecretTemplates.render(template.getValue(), token)));
            } catch (SecretTemplates.Broken e) {
                return new Rendering.Invalid(
                        Reason.TemplateInvalid, "spec.secret.template." + template.getKey() + ": " + e.getMessage());
            }
        }
        return new Rendering.Rendered(withDigest(new SecretBuilder()
                .withNewMetadata()
                .withName(name(connection))
                .withNamespace(connection.getMetadata().getNamespace())
                .withLabels(labels(settings))
                .withAnnotations(annotations(settings, connection, mark))
                .withOwnerReferences(owner(connection))
                .endMetadata()
                .withType(type)
                .withData(data)
                .build()));
    }

    /** OAuth's own names, where the user chose none. */
    private static Map<String, String> templates(TokenSecret settings, PublishedToken token) {
        if (settings.template() != null && !settings.template().isEmpty()) {
            return settings.template();
        }
        Map<String, String> templates = new TreeMap<>(Map.of(
                "access_token", "{{accessToken}}",
                "token_type", "{{tokenType}}",
                "expires_at", "{{expiresAt}}",
                "scope", "{{scope}}"));
        if (token.idToken() != null) {
            templates.put("id_token", "{{idToken}}");
        }
        return templates;
    }

    /** Ours come last, so that no user's label makes a Secret look like another's. */
    private static Map<String, String> labels(TokenSecret settings) {
        Map<String, String> labels = withoutReserved(settings.labels());
        labels.put(Names.MANAGED_BY, Names.MANAGER);
        labels.put(Names.ROLE, Names.TOKEN);
        return labels;
    }

    private static Map<String, String> annotations(TokenSecret settings, OAuthConnection connection, Mark mark) {
        Map<String, String> annotations = withoutReserved(settings.annotations());
        annotations.put(Names.CONNECTION_NAMESPACE, connection.getMetadata().getNamespace());
        annotations.put(Names.CONNECTION_NAME, connection.getMetadata().getName());
        mark.writeTo(annotations);
        return annotations;
    }

    private static Map<String, String> withoutReserved(@Nullable Map<String, String> chosen) {
        Map<String, String> kept = new TreeMap<>(SecretDigest.orEmpty(chosen));
        kept.keySet().removeIf(key -> key.startsWith(Names.GROUP + "/"));
        return kept;
    }

    /** The Secret goes when its connection goes. Blocking the owner's deletion would need a right that we do without. */
    private static OwnerReference owner(OAuthConnection connection) {
        return new OwnerReferenceBuilder()
                .withApiVersion(Names.GROUP + "/" + Names.VERSION)
                .withKind(connection.getKind())
                .withName(connection.getMetadata().getName())
                .withUid(connection.getMetadata().getUid())
                .withController(true)
                .build();
    }

    private static Secret withDigest(Secret secret) {
        secret.getMetadata()
                .getAnnotations()
                .put(Names.CONTENT, SecretDigest.of(secret).toJson());
        return secret;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static TokenSecret settings(OAuthConnection connection) {
        TokenSecret settings = connection.getSpec().secret();
        return settings == null ? DEFAULTS : settings;
    }
}

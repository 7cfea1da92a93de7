package dev.oauthconnection.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oauthconnection.api.Names;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What was rendered into a token Secret, as its annotation {@link Names#CONTENT} remembers it: a digest of type, data, and those labels
 * and annotations that are ours, and the keys of the latter. Others may add labels and annotations of their own; what they add is theirs.
 * All of it can be told from a {@linkplain #reduce reduced} Secret, so that a cache needs to hold no token.
 *
 * @param sha256 in hexadecimal digits
 */
record SecretDigest(String sha256, Set<String> labels, Set<String> annotations) {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** No base64 text has a colon, so a reduced value is never mistaken for a whole one. */
    private static final String REDUCED = "sha256:";

    private static final Pattern VERSION = Pattern.compile("[0-9a-f]{16}");

    /** The digest of a Secret whose every label and annotation is ours, but for the digest itself. */
    static SecretDigest of(Secret rendered) {
        Set<String> labels =
                new TreeSet<>(orEmpty(rendered.getMetadata().getLabels()).keySet());
        Set<String> annotations =
                new TreeSet<>(orEmpty(rendered.getMetadata().getAnnotations()).keySet());
        annotations.remove(Names.CONTENT);
        return new SecretDigest(sha256(rendered, labels, annotations), labels, annotations);
    }

    /** What the annotation of a Secret remembers; null where it has none that can be read. */
    static @Nullable SecretDigest remembered(Secret secret) {
        String json = orEmpty(secret.getMetadata().getAnnotations()).get(Names.CONTENT);
        if (json == null) {
            return null;
        }
        try {
            return JSON.readValue(json, SecretDigest.class).orNullIfIncomplete();
        } catch (JsonProcessingException e) {
            return null; // edited by hand: as good as none
        }
    }

    String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Enough of the digest to tell one content from the next; empty where somebody wrote another text, which is for no pod to see. */
    Optional<String> version() {
        Matcher start = VERSION.matcher(sha256);
        return start.lookingAt() ? Optional.of(start.group()) : Optional.empty();
    }

    /** Whether a Secret, whole or reduced, still is what was rendered. */
    boolean describes(Secret secret) {
        return sha256.equals(sha256(secret, labels, annotations));
    }

    /** A copy with every value replaced by its SHA-256 digest, and without what a cache has no use for. */
    static Secret reduce(Secret secret) {
        Map<String, String> annotations =
                new LinkedHashMap<>(orEmpty(secret.getMetadata().getAnnotations()));
        annotations.remove("kubectl.kubernetes.io/last-applied-configuration"); // would hold the values once more
        Map<String, String> data = new TreeMap<>();
        orEmpty(secret.getData()).forEach((key, value) -> data.put(key, reduced(value)));
        return new SecretBuilder(secret)
                .editMetadata()
                .withManagedFields()
                .withAnnotations(annotations)
                .endMetadata()
                .withData(data)
                .withStringData(null)
                .build();
    }

    private static String sha256(Secret secret, Set<String> labels, Set<String> annotations) {
        Map<String, String> data = new TreeMap<>();
        orEmpty(secret.getData()).forEach((key, value) -> data.put(key, reduced(value)));
        Map<String, Object> content = new TreeMap<>();
        content.put("type", Objects.requireNonNullElse(secret.getType(), TokenSecretContent.DEFAULT_TYPE));
        content.put("data", data);
        content.put("labels", only(labels, secret.getMetadata().getLabels()));
        content.put("annotations", only(annotations, secret.getMetadata().getAnnotations()));
        try {
            return HexFormat.of().formatHex(hash(JSON.writeValueAsBytes(content)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> only(Set<String> keys, @Nullable Map<String, String> values) {
        Map<String, String> kept = new TreeMap<>(orEmpty(values));
        kept.keySet().retainAll(keys);
        return kept;
    }

    private static String reduced(String value) {
        if (value.startsWith(REDUCED)) {
            return value;
        }
        return REDUCED + HexFormat.of().formatHex(hash(bytes(value)));
    }

    private static byte[] bytes(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return base64.getBytes(StandardCharsets.UTF_8); // no API server lets this pass; a difference all the same
        }
    }

    private static byte[] hash(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private @Nullable SecretDigest orNullIfIncomplete() {
        // Jackson leaves a missing component null, whatever the annotations say.
        return (Object) sha256 == null || (Object) labels == null || (Object) annotations == null ? null : this;
    }

    static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}

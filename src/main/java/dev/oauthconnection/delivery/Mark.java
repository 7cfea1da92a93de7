package dev.oauthconnection.delivery;

import dev.oauthconnection.api.Names;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a token Secret says of the answer that it was made from.
 *
 * @param epoch of that answer; rises over all grants of a connection
 * @param existingGrant SHA-256 of the existing refresh token that was taken for this connection; null when none was. It is here as well
 *     as in the grant Secret, so that a spent token is not taken again when that is deleted
 */
public record Mark(String grantId, long epoch, @Nullable String existingGrant) {
    private static final String FORM = "[^/]+/[0-9]{1,18}";

    /** The mark of a token Secret; empty where it has none, or one that somebody edited. */
    public static Optional<Mark> of(Secret secret) {
        Map<String, String> annotations =
                SecretDigest.orEmpty(secret.getMetadata().getAnnotations());
        String text = annotations.getOrDefault(Names.MARK, "");
        if (!text.matches(FORM)) {
            return Optional.empty();
        }
        int slash = text.indexOf('/');
        return Optional.of(new Mark(
                text.substring(0, slash),
                Long.parseLong(text.substring(slash + 1)),
                annotations.get(Names.EXISTING_GRANT)));
    }

    void writeTo(Map<String, String> annotations) {
        annotations.put(Names.MARK, toString());
        if (existingGrant != null) {
            annotations.put(Names.EXISTING_GRANT, existingGrant);
        }
    }

    /** Whether a Secret was made from a later answer than this one's. */
    boolean isBehind(Secret secret) {
        return of(secret).filter(other -> other.epoch() > epoch).isPresent();
    }

    @Override
    public String toString() {
        return grantId + "/" + epoch;
    }
}

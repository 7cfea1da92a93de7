package dev.oauthconnection.laboratory;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/**
 * Every version of every Secret of two namespaces as etcd had them: what workloads could mount, and which refresh tokens were stored. After
 * an API server that went away what it has by then is taken up; a version that was replaced meanwhile is not seen.
 */
final class SecretHistory implements AutoCloseable {
    /** A version of a Secret that holds an access token, and when that lapses: by who issued it, not by what is written beside it. */
    record Published(Instant at, String connection, Instant expiresAt) {}

    /** A version of a Secret with refresh tokens, which ones they are, and where it is. */
    record Stored(Instant at, String secret, List<TokenName> refreshTokens) {}

    private static final Pattern CANDIDATE =
            Pattern.compile("\"nonce\":\"([^\"]+)\",\"token\":\"(" + Pattern.quote(RotatingServer.MARK) + "[^\"]+)\"");

    private final List<Published> published = new CopyOnWriteArrayList<>();
    private final List<Stored> stored = new CopyOnWriteArrayList<>();
    private final Map<TokenName, String> nonces = new ConcurrentHashMap<>();
    private final Duration lifetime;
    private final List<SharedIndexInformer<Secret>> watches;

    /** @param lifetime of the access tokens */
    SecretHistory(KubernetesClient client, Duration lifetime, String... namespaces) {
        this.lifetime = lifetime;
        watches = Arrays.stream(namespaces)
                .map(namespace -> client.secrets().inNamespace(namespace).inform(new Writer()))
                .toList();
    }

    List<Published> published() {
        return published;
    }

    List<Stored> stored() {
        return stored;
    }

    /** The redemption that brought each refresh token, as the journal names it. */
    Map<TokenName, String> nonces() {
        return nonces;
    }

    @Override
    public void close() {
        watches.forEach(SharedIndexInformer::close);
    }

    private final class Writer implements ResourceEventHandler<Secret> {
        @Override
        public void onAdd(Secret secret) {
            write(secret);
        }

        @Override
        public void onUpdate(Secret before, Secret secret) {
            // Also called for each one that is listed again.
            if (!before.getMetadata()
                    .getResourceVersion()
                    .equals(secret.getMetadata().getResourceVersion())) {
                write(secret);
            }
        }

        @Override
        public void onDelete(Secret secret, boolean unknown) {
            // Its versions stay what they were.
        }

        private void write(Secret secret) {
            Instant now = Instant.now();
            Map<String, String> data = secret.getData();
            if (data == null) {
                return;
            }
            String name = secret.getMetadata().getName();
            if (data.containsKey("access_token") && data.containsKey("expires_at")) {
                published.add(new Published(now, name, expiry(data)));
            }
            data.values().forEach(value -> CANDIDATE
                    .matcher(decoded(value))
                    .results()
                    .forEach(found -> nonces.putIfAbsent(TokenName.of(found.group(2)), found.group(1))));
            List<TokenName> tokens = data.values().stream()
                    .flatMap(value -> TokenName.in(decoded(value)).stream())
                    .distinct()
                    .toList();
            if (!tokens.isEmpty()) {
                stored.add(new Stored(now, secret.getMetadata().getNamespace() + "/" + name, tokens));
            }
        }

        private Instant expiry(Map<String, String> data) {
            return RotatingServer.issuedAt(decoded(data.get("access_token")))
                    .map(issued -> issued.plus(lifetime))
                    .orElseGet(() -> Instant.parse(decoded(data.get("expires_at"))));
        }

        private static String decoded(String value) {
            return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
        }
    }
}

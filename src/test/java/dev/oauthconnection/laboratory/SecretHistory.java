package dev.oauthconnection.laboratory;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/** Every version of every Secret of two namespaces as etcd had them: what workloads could mount, and which refresh tokens were stored. */
final class SecretHistory implements AutoCloseable {
    /** A version of a Secret that holds an access token. */
    record Published(Instant at, String connection, Instant expiresAt) {}

    /** A version of a Secret with refresh tokens, which ones they are, and where it is. */
    record Stored(Instant at, String secret, List<TokenName> refreshTokens) {}

    private static final Pattern CANDIDATE =
            Pattern.compile("\"nonce\":\"([^\"]+)\",\"token\":\"(" + Pattern.quote(RotatingServer.MARK) + "[^\"]+)\"");

    private final List<Published> published = new CopyOnWriteArrayList<>();
    private final List<Stored> stored = new CopyOnWriteArrayList<>();
    private final Map<TokenName, String> nonces = new ConcurrentHashMap<>();
    private final List<Watch> watches;

    SecretHistory(KubernetesClient client, String... namespaces) {
        watches = java.util.Arrays.stream(namespaces)
                .map(namespace -> client.secrets().inNamespace(namespace).watch(new Writer()))
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
        watches.forEach(Watch::close);
    }

    private final class Writer implements Watcher<Secret> {
        @Override
        public void eventReceived(Action action, Secret secret) {
            Instant now = Instant.now();
            Map<String, String> data = secret.getData();
            if (data == null || action == Action.DELETED) {
                return;
            }
            String name = secret.getMetadata().getName();
            if (data.containsKey("access_token") && data.containsKey("expires_at")) {
                published.add(new Published(now, name, Instant.parse(decoded(data.get("expires_at")))));
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

        @Override
        public void onClose(WatcherException cause) {
            if (cause != null) {
                throw new IllegalStateException("the history of the Secrets has a hole", cause);
            }
        }

        private static String decoded(String value) {
            return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
        }
    }
}

package dev.oauthconnection.local.server;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Carries out each action request once, as the test says. */
final class PlayedOperator implements AutoCloseable {
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final Watch watch;

    /** @param act is given the annotation's name and its new value */
    PlayedOperator(TokenServerRig rig, BiConsumer<String, String> act) {
        watch = rig.kubernetes
                .resources(OAuthConnection.class)
                .inNamespace(TokenServerRig.NAMESPACE)
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, OAuthConnection connection) {
                        Map<String, String> annotations =
                                connection.getMetadata().getAnnotations();
                        for (String name : Set.of(Names.REFRESH_REQUESTED, Names.REVOKE_REQUESTED)) {
                            String value = annotations == null ? null : annotations.get(name);
                            if (action != Action.DELETED && value != null && seen.add(value)) {
                                // Not on the watch's own thread, which a write would wait for.
                                Thread.startVirtualThread(() -> act.accept(name, value));
                            }
                        }
                    }

                    @Override
                    public void onClose(@Nullable WatcherException cause) {}
                });
    }

    @Override
    public void close() {
        watch.close();
    }
}

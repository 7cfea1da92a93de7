package dev.oauthconnection.local;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.local.server.Ports;
import dev.oauthconnection.local.server.State;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What happens, in the words of a user, as it happens: read off the Kubernetes API like anybody could. Holds no secret. */
public final class Activity implements Ports.Activity, AutoCloseable {
    private static final int REMEMBERED = 60;

    private final InstantSource clock;
    private final Consumer<Ports.Activity.Line> listener;
    private final Deque<Ports.Activity.Line> lines = new ArrayDeque<>();
    private final Map<String, String> last = new ConcurrentHashMap<>();
    private final List<SharedIndexInformer<?>> informers = new ArrayList<>();

    /** @param listener is told each line as it comes */
    public Activity(InstantSource clock, Consumer<Ports.Activity.Line> listener) {
        this.clock = clock;
        this.listener = listener;
    }

    /** Begins to look. */
    void watch(KubernetesClient client) {
        informers.add(client.resources(OAuthConnection.class)
                .inAnyNamespace()
                .inform(seen((connection, deleted) -> connection(connection, deleted))));
        informers.add(client.v1().events().inAnyNamespace().inform(seen((event, deleted) -> {
            if (!deleted && "Warning".equals(event.getType())) {
                say(event.getInvolvedObject().getName(), event.getReason() + ": " + event.getMessage());
            }
        })));
    }

    private void connection(OAuthConnection connection, boolean deleted) {
        String name = connection.getMetadata().getName();
        String text = deleted ? "deleted" : describe(new State(connection));
        if (text != null && !text.equals(last.put(name, text))) {
            say(name, text);
        }
    }

    private static @Nullable String describe(State state) {
        OAuthConnectionStatus status = state.connection().getStatus();
        if (status == null || status.conditions() == null) {
            return null;
        }
        OAuthConnectionStatus.Token token = status.token();
        if (state.ready() && token != null) {
            boolean plain = !state.message().contains(";");
            return "token of " + token.refreshedAt() + ", valid until " + token.expiresAt() + ", next refresh "
                    + Objects.requireNonNullElse(token.nextRefreshAt(), "not planned")
                    + (plain ? "" : "; " + state.message());
        }
        return state.reason() + ": " + state.message();
    }

    private void say(String connection, String text) {
        Ports.Activity.Line line =
                new Ports.Activity.Line(clock.instant().truncatedTo(ChronoUnit.SECONDS), connection, text);
        synchronized (lines) {
            lines.addFirst(line);
            if (lines.size() > REMEMBERED) {
                lines.removeLast();
            }
        }
        listener.accept(line);
    }

    @Override
    public List<Ports.Activity.Line> latest() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::close);
    }

    private interface Sight<T> {
        void seen(T object, boolean deleted);
    }

    private static <T> ResourceEventHandler<T> seen(Sight<T> sight) {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(T object) {
                sight.seen(object, false);
            }

            @Override
            public void onUpdate(T before, T object) {
                sight.seen(object, false);
            }

            @Override
            public void onDelete(T object, boolean stateUnknown) {
                sight.seen(object, true);
            }
        };
    }
}

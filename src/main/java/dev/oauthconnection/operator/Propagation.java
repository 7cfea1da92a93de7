package dev.oauthconnection.operator;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionSpec;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.delivery.PodNotice;
import dev.oauthconnection.delivery.TokenSecrets;
import dev.oauthconnection.observe.Events;
import dev.oauthconnection.observe.Meters;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has pods told of new tokens, where {@code spec.secret.propagation} is Eager. It acts on what the watch shows of the token Secret, never
 * on our own write: the kubelet reads Secrets by a watch too, and would copy the old one if the pod changed first. It works beside the
 * reconciliations, in one round for each namespace at a time, so that nobody's refresh waits for it; connections that change meanwhile
 * share the next round and its list.
 *
 * <p>What fails is told and not tried again: the kubelet comes by itself a minute later. After a restart each Eager connection is looked
 * at once, and pods that know its version already are left alone.
 */
final class Propagation {
    static final String OFF =
            "spec.secret.propagation is Eager, and this operator does not do that: deploy the component "
                    + "eager-propagation, which also starts it with --eager-propagation, or remove spec.secret.propagation";

    private static final Logger LOG = LoggerFactory.getLogger(Propagation.class);

    /** Of one connection in one round. */
    private static final int SUB_PATHS_TOLD = 10;

    private record Wish(OAuthConnection connection, String secret, String version) {
        String uid() {
            return connection.getMetadata().getUid();
        }
    }

    private final boolean enabled;
    private final Consumer<OAuthConnection> wake;
    private final Events events;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final PodNotices notices;
    /** By the connection's UID. Losing these costs one list for each Eager connection. */
    private final Map<String, String> asked = new ConcurrentHashMap<>();

    private final Map<String, String> troubles = new ConcurrentHashMap<>();
    private final Map<String, Set<PodNotice.SubPath>> told = new ConcurrentHashMap<>();
    /** By namespace and Secret; a namespace is at work from its first wish until none is left. Both are guarded by this object. */
    private final Map<String, Map<String, Wish>> wishes = new HashMap<>();

    private final Set<String> atWork = new HashSet<>();

    /**
     * @param enabled whether this operator was started for it
     * @param wake has the status of a connection brought up to date
     */
    Propagation(
            KubernetesClient client, boolean enabled, Consumer<OAuthConnection> wake, Events events, Meters meters) {
        this.enabled = enabled;
        this.wake = wake;
        this.events = events;
        this.notices = new PodNotices(client, threads, meters);
    }

    /**
     * Has the pods told, if the token Secret is another than at the last look. Returns at once.
     *
     * @param tokenSecret as the watch has it; asked for only where it matters
     * @return what stands in the way, for the connection's status
     */
    Optional<String> look(OAuthConnection connection, Supplier<Optional<Secret>> tokenSecret) {
        String uid = connection.getMetadata().getUid();
        OAuthConnectionSpec.TokenSecret settings = connection.getSpec().secret();
        if (settings == null || settings.propagation() != OAuthConnectionSpec.Propagation.Eager) {
            forget(connection);
            return Optional.empty();
        }
        if (!enabled) {
            if (!OFF.equals(troubles.put(uid, OFF))) {
                events.warn(connection, Reason.PropagationFailed, OFF);
            }
            return Optional.of(OFF);
        }
        tokenSecret
                .get()
                .flatMap(TokenSecrets::version)
                .filter(version -> !version.equals(asked.put(uid, version)))
                .ifPresent(version -> ask(new Wish(connection, TokenSecrets.name(connection), version)));
        return Optional.ofNullable(troubles.get(uid));
    }

    /** The connection is gone, or no longer asks for this. */
    void forget(OAuthConnection connection) {
        String uid = connection.getMetadata().getUid();
        asked.remove(uid);
        troubles.remove(uid);
        told.remove(uid);
    }

    private void ask(Wish wish) {
        String namespace = wish.connection().getMetadata().getNamespace();
        if (add(namespace, wish)) {
            threads.execute(() -> work(namespace));
        }
    }

    /** Whether nobody is at work in that namespace yet. */
    private synchronized boolean add(String namespace, Wish wish) {
        wishes.computeIfAbsent(namespace, any -> new HashMap<>()).put(wish.secret(), wish);
        return atWork.add(namespace);
    }

    private synchronized @Nullable Map<String, Wish> take(String namespace) {
        Map<String, Wish> taken = wishes.remove(namespace);
        if (taken == null) {
            atWork.remove(namespace);
        }
        return taken;
    }

    private void work(String namespace) {
        for (Map<String, Wish> round = take(namespace); round != null; round = take(namespace)) {
            try {
                carryOut(namespace, round);
            } catch (RuntimeException e) {
                LOG.warn("the pods of namespace {} could not be told of new tokens", namespace, e);
            }
        }
    }

    private void carryOut(String namespace, Map<String, Wish> round) {
        Map<String, String> versions = round.values().stream().collect(Collectors.toMap(Wish::secret, Wish::version));
        PodNotices.Told outcome = notices.tell(namespace, versions);
        for (Wish wish : round.values()) {
            // It may have been deleted meanwhile, or ask for it no more.
            if (asked.containsKey(wish.uid())) {
                settle(wish, outcome.trouble());
                warn(
                        wish,
                        outcome.subPaths().stream()
                                .filter(it -> it.secret().equals(wish.secret()))
                                .collect(Collectors.toSet()));
            }
        }
    }

    private void settle(Wish wish, Optional<String> trouble) {
        String before = trouble.isPresent() ? troubles.put(wish.uid(), trouble.get()) : troubles.remove(wish.uid());
        if (trouble.equals(Optional.ofNullable(before))) {
            return;
        }
        trouble.ifPresent(text -> events.warn(wish.connection(), Reason.PropagationFailed, text));
        wake.accept(wish.connection());
    }

    /** Once for each container of a template, for as long as that has pods. */
    private void warn(Wish wish, Set<PodNotice.SubPath> found) {
        Set<PodNotice.SubPath> before = Objects.requireNonNullElse(told.put(wish.uid(), found), Set.of());
        Map<String, PodNotice.SubPath> fresh = new HashMap<>();
        found.stream()
                .filter(it -> before.stream().noneMatch(it::isOfOneTemplateWith))
                .forEach(it -> fresh.putIfAbsent(it.template() + "/" + it.container(), it));
        fresh.values().stream()
                .limit(SUB_PATHS_TOLD)
                .forEach(
                        it -> events.warn(
                                wish.connection(),
                                Reason.SubPathMount,
                                "container " + it.container() + " of pod " + it.pod() + " mounts the Secret "
                                        + it.secret()
                                        + " by subPath and keeps the token that it started with: mount the Secret as a folder"));
    }
}

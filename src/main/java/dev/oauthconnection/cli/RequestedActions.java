package dev.oauthconnection.cli;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionStatus.Token;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Actions that are asked for by an annotation with a new value; the operator carries each value out once. */
final class RequestedActions {
    private final Console console;
    private final InstantSource clock;

    RequestedActions(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
    }

    int refresh(ClusterOptions cluster, @Nullable String namespace, String name, Patience patience, boolean wait) {
        return ClusterSession.within(cluster, namespace, session -> {
            OAuthConnection connection = session.connection(name);
            refuse(connection, ActionProgress.againstRefresh(connection));
            Token before = connection.getStatus() == null
                    ? null
                    : connection.getStatus().token();
            String value = request(session, connection, Names.REFRESH_REQUESTED);
            return wait
                    ? await(session, connection, patience, now -> ActionProgress.ofRefresh(now, value, before))
                    : asked(connection, "a refresh");
        });
    }

    /** @param confirmation what was typed; null where nobody can */
    int revoke(
            ClusterOptions cluster,
            @Nullable String namespace,
            String name,
            Patience patience,
            boolean wait,
            Supplier<@Nullable String> confirmation) {
        return ClusterSession.within(cluster, namespace, session -> {
            OAuthConnection connection = session.connection(name);
            if (ActionProgress.isRevoked(connection)) {
                console.say(whose(connection) + " is revoked already.");
                return ExitStatus.Done.code();
            }
            refuse(connection, ActionProgress.againstRevocation(connection));
            confirm(connection, confirmation);
            String value = request(session, connection, Names.REVOKE_REQUESTED);
            return wait
                    ? await(session, connection, patience, now -> ActionProgress.ofRevocation(now, value))
                    : asked(connection, "the revocation");
        });
    }

    private static void refuse(OAuthConnection connection, Optional<String> against) {
        against.ifPresent(why -> {
            throw ExitStatus.Correct.complaint(whose(connection) + ": " + why);
        });
    }

    private void confirm(OAuthConnection connection, Supplier<@Nullable String> confirmation) {
        String name = connection.getMetadata().getName();
        console.say("This ends the grant of " + whose(connection) + " at provider "
                + connection.getSpec().provider().name()
                + ", for good: its workloads lose their token, and a person has to consent to connect again. At many providers"
                + " the whole consent of that user and client ends, that of other connections included.");
        console.say("Type the connection's name to go on, or run it with --yes:");
        String typed = confirmation.get();
        if (typed == null) {
            throw ExitStatus.Correct.complaint("there is no terminal to ask at, and nothing was revoked: add --yes");
        }
        if (!typed.strip().equals(name)) {
            throw ExitStatus.Correct.complaint("that is not " + name + ", and nothing was revoked");
        }
    }

    /** Asks this very connection: one that was made anew under the name since it was read is another one. */
    private String request(ClusterSession session, OAuthConnection connection, String annotation) {
        String value = clock.instant() + "-" + UUID.randomUUID().toString().substring(0, 8);
        Map<String, Object> patch = Map.of(
                "metadata", Map.of("uid", connection.getMetadata().getUid(), "annotations", Map.of(annotation, value)));
        try {
            session.client()
                    .resources(OAuthConnection.class)
                    .inNamespace(session.namespace())
                    .withName(connection.getMetadata().getName())
                    .patch(PatchContext.of(PatchType.JSON_MERGE), Serialization.asJson(patch));
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            throw ExitStatus.Failed.complaint(
                    whose(connection) + " was made anew meanwhile, and nothing was asked: run it again");
        }
        return value;
    }

    private int asked(OAuthConnection connection, String what) {
        console.say(whose(connection) + ": " + what + " is asked for; 'oauthconnection status "
                + connection.getMetadata().getName() + "' shows what comes of it.");
        return ExitStatus.Done.code();
    }

    private int await(
            ClusterSession session,
            OAuthConnection connection,
            Patience patience,
            Function<OAuthConnection, Optional<ActionProgress>> look) {
        String name = connection.getMetadata().getName();
        ActionProgress end = patience.until(session, name, look)
                .orElseThrow(
                        () -> ExitStatus.TimedOut.complaint(whose(connection) + ": it is asked for, and not done after "
                                + Spans.of(patience.timeout()) + "; see 'oauthconnection status " + name + "'"));
        return switch (end) {
            case ActionProgress.Carried(String message) -> {
                console.say(whose(connection) + ": " + Table.printable(message));
                yield ExitStatus.Done.code();
            }
            case ActionProgress.Stalled(String reason, String message) ->
                throw ExitStatus.Attention.complaint(whose(connection) + " (" + reason + "): "
                        + Table.printable(message) + ". " + ConnectionHealth.action(reason));
        };
    }

    private static String whose(OAuthConnection connection) {
        return connection.getMetadata().getNamespace() + "/"
                + connection.getMetadata().getName();
    }
}

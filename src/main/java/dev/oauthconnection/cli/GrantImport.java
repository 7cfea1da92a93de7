package dev.oauthconnection.cli;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives an exported grant to a connection: the Secret is created, the spec names it, and once the operator took it both are as before.
 * Each step can be repeated.
 */
final class GrantImport {
    private final Console console;
    private final Patience patience;
    private final Secret exported;

    GrantImport(Console console, Patience patience, Secret exported) {
        this.console = console;
        this.patience = patience;
        this.exported = exported;
    }

    int run(ClusterOptions cluster, @Nullable String namespace, String name) {
        return ClusterSession.within(cluster, namespace, session -> {
            OAuthConnection connection = session.connection(name);
            String whose = session.namespace() + "/" + name;
            ImportRules.against(connection, secretName()).ifPresent(why -> {
                throw ExitStatus.Correct.complaint(whose + ": " + why);
            });
            boolean taken = patience.until(session, name, now -> look(session, now, whose))
                    .orElseThrow(() -> ExitStatus.TimedOut.complaint(whose + " is not Ready after "
                            + Spans.of(patience.timeout())
                            + ": run the same again to go on, or see 'oauthconnection status "
                            + name + "'"));
            if (!taken) {
                throw ExitStatus.Correct.complaint(
                        whose + " does not take this grant, which is as it was; the file is still good");
            }
            console.say(whose + " is connected by the imported grant. Delete the file: it is for one connection.");
            return ExitStatus.Done.code();
        });
    }

    private Optional<Boolean> look(ClusterSession session, OAuthConnection connection, String whose) {
        ImportRules.Step step;
        try {
            step = ImportRules.next(connection);
        } catch (Complaint complaint) {
            throw new Complaint(complaint.exitCode(), whose + ": " + complaint.getMessage());
        }
        switch (step) {
            case Wait -> {
                return Optional.empty();
            }
            case Name -> {
                createSecret(session);
                existingGrant(session, connection, Map.of("secretRef", Map.of("name", secretName())));
                console.say("the operator takes the grant over");
                return Optional.empty();
            }
            case CleanUp -> {
                cleanUp(session, connection);
                return Optional.of(true);
            }
            case TakeOut -> {
                ConnectionHealth.condition(connection.getStatus(), "Stalled")
                        .ifPresent(stalled -> console.say(whose + ": " + ImportRules.said(stalled)));
                cleanUp(session, connection);
                return Optional.of(false);
            }
        }
        throw new IllegalStateException("not a step: " + step);
    }

    private String secretName() {
        return exported.getMetadata().getName();
    }

    /** Created and never applied: the token would be copied into an annotation. */
    private void createSecret(ClusterSession session) {
        Secret secret = new SecretBuilder(exported)
                .editMetadata()
                .withNamespace(session.namespace())
                .withResourceVersion(null)
                .withUid(null)
                .endMetadata()
                .build();
        try {
            session.client().resource(secret).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            Secret there = session.client()
                    .secrets()
                    .inNamespace(session.namespace())
                    .withName(secretName())
                    .get();
            if (there == null || !isSame(there)) {
                throw ExitStatus.Correct.complaint("the Secret " + session.namespace() + "/" + secretName()
                        + " is there and is another one: rename or delete it");
            }
        }
    }

    private boolean isSame(Secret there) {
        Map<String, String> data = Objects.requireNonNullElse(there.getData(), Map.of());
        return Names.EXPORT.equals(there.getType())
                && Objects.equals(exported.getData().get(Names.REFRESH_TOKEN), data.get(Names.REFRESH_TOKEN));
    }

    private void cleanUp(ClusterSession session, OAuthConnection connection) {
        existingGrant(session, connection, null);
        Secret there = session.client()
                .secrets()
                .inNamespace(session.namespace())
                .withName(secretName())
                .get();
        if (there != null && isSame(there)) {
            session.client().resource(there).delete();
        }
    }

    private void existingGrant(
            ClusterSession session, OAuthConnection connection, @Nullable Map<String, Object> existingGrant) {
        Map<String, Object> patch = Map.of(
                "metadata",
                Map.of("uid", connection.getMetadata().getUid()),
                "spec",
                Collections.singletonMap("existingGrant", existingGrant));
        session.client()
                .resources(OAuthConnection.class)
                .inNamespace(session.namespace())
                .withName(connection.getMetadata().getName())
                .patch(PatchContext.of(PatchType.JSON_MERGE), Serialization.asJson(patch));
    }
}

package dev.oauthconnection.operator;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.delivery.Mark;
import dev.oauthconnection.delivery.TokenSecrets;
import dev.oauthconnection.grant.Export;
import dev.oauthconnection.grant.ExportRules;
import dev.oauthconnection.grant.ExportRules.Asked;
import dev.oauthconnection.grant.ExportRules.Verdict;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.grant.GrantStore;
import dev.oauthconnection.grant.GrantStore.Put;
import dev.oauthconnection.grant.GrantStore.Stored;
import dev.oauthconnection.grant.Intent;
import dev.oauthconnection.observe.Events;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReview;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands a grant out to be used elsewhere, with the rights of whoever runs it and while the operator is at work. The grant Secret says so
 * first, by compare-and-set; only once that is stored does anybody see the refresh token. Whatever is cut off in between, the same export
 * asked for again has the same result.
 */
public final class GrantExporter {
    private static final String USUAL_NAMESPACE = "oauthconnection-system";
    private static final Duration PAUSE = Duration.ofMillis(500);
    /** Somebody else's writes are refreshes, and never come so often in a row. */
    private static final int TRIES = 20;

    private final KubernetesClient client;
    private final @Nullable String operatorNamespace;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Consumer<Duration> pause;

    /**
     * An exporter that acts by this client.
     *
     * @param operatorNamespace where the grants are; null for that of the installation that serves the connection
     */
    public GrantExporter(
            KubernetesClient client,
            @Nullable String operatorNamespace,
            InstantSource clock,
            LongSupplier nanoTime,
            Consumer<Duration> pause) {
        this.client = client;
        this.operatorNamespace = operatorNamespace;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.pause = pause;
    }

    /** What came of it. */
    public sealed interface Result {
        /** It is fenced here, and this Secret is for the other side. */
        record Exported(String whose, Export export, Secret secret) implements Result {}

        /** Nothing was changed, and the same command would bring nothing else. */
        record Refused(String why) implements Result {}

        /** It may go better another time, with the same id. */
        record Again(String why) implements Result {}
    }

    /** Where a grant is. */
    private record Place(GrantSecrets secrets, String namespace, String secretName, String whose) {}

    /** Exports the grant of a connection. */
    public Result ofConnection(String namespace, String name, String id, boolean inDoubt) {
        return guarded(() -> {
            OAuthConnection connection = connection(namespace, name);
            if (connection == null) {
                return new Result.Refused("there is no OAuthConnection " + name + " in namespace " + namespace
                        + ": correct the name or --namespace, or name its grant Secret with --grant");
            }
            String served = Claims.servedBy(connection);
            String where = operatorNamespace != null ? operatorNamespace : served != null ? served : USUAL_NAMESPACE;
            String secret = new Cluster(client, where).keyOf(connection).secretName();
            Place place = new Place(new GrantSecrets(client, where), where, secret, namespace + "/" + name);
            return export(place, id, inDoubt).orElseGet(() -> new Result.Refused(withoutGrant(namespace, name, where)));
        });
    }

    /** Exports the grant in a grant Secret, whether or not there is a connection for it. */
    public Result inSecret(String secretName, String id, boolean inDoubt) {
        return guarded(() -> {
            String where = operatorNamespace == null ? USUAL_NAMESPACE : operatorNamespace;
            GrantSecrets secrets = new GrantSecrets(client, where);
            return export(new Place(secrets, where, secretName, secretName), id, inDoubt)
                    .orElseGet(() -> new Result.Refused("there is no grant Secret " + secretName + " in namespace "
                            + where + ": correct --grant or --operator-namespace"));
        });
    }

    /** Empty where there is no grant. */
    private Optional<Result> export(Place place, String id, boolean inDoubt) {
        Asked asked = new Asked(id, whoAsks(), inDoubt);
        @Nullable String nonce = null;
        long since = nanoTime.getAsLong();
        for (int conflicts = 0; conflicts < TRIES; pause.accept(PAUSE)) {
            Optional<Stored> read = place.secrets().read(place.secretName());
            if (read.isEmpty()) {
                return Optional.empty();
            }
            Stored stored = read.get();
            Intent intent = stored.grant().intent();
            if (intent != null && !intent.nonce().equals(nonce)) {
                nonce = intent.nonce();
                since = nanoTime.getAsLong();
            }
            Duration seenFor = Duration.ofNanos(nanoTime.getAsLong() - since);
            long marked = markedEpoch(stored.grant().key());
            switch (ExportRules.judge(stored, marked, asked, seenFor, clock.instant())) {
                case Verdict.HandOut(Grant exported) -> {
                    return Optional.of(handOut(place, exported, asked));
                }
                case Verdict.Refused(String why) -> {
                    return Optional.of(new Result.Refused("the grant of " + place.whose() + " " + why));
                }
                case Verdict.Store(Grant exported) -> {
                    // What became of it is read back: also a conflict may be an earlier try of this very write.
                    if (place.secrets().put(exported, stored.version()) instanceof Put.Refused(String why)) {
                        return Optional.of(new Result.Refused("the grant Secret " + place.secretName()
                                + " in namespace " + place.namespace() + " cannot be written (" + why + ")"));
                    }
                    conflicts++;
                }
                case Verdict.Unsettled(Intent unsettled) -> {
                    if (seenFor.compareTo(unsettled.fence()) >= 0) {
                        return Optional.of(new Result.Again(unsettled(place, unsettled)));
                    }
                }
            }
        }
        return Optional.of(
                new Result.Again("the grant Secret " + place.secretName() + " is being changed all the time"));
    }

    private @Nullable OAuthConnection connection(String namespace, String name) {
        return client.resources(OAuthConnection.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    /** How new the token is that was made from this grant; 0 where its connection is gone, one of a namespace made again included. */
    private long markedEpoch(GrantKey key) {
        return Optional.ofNullable(connection(key.namespace(), key.name()))
                .filter(connection -> new Cluster(client, "").keyOf(connection).equals(key))
                .flatMap(connection -> new TokenSecrets(client).find(connection))
                .flatMap(Mark::of)
                .map(Mark::epoch)
                .orElse(0L);
    }

    private static String unsettled(Place place, Intent intent) {
        return "the end of the refresh of " + place.whose() + " that was announced at " + intent.armedAt()
                + " is not known, and nothing was exported: its condition says when it is resolved. Where no process of the"
                + " operator is left that could store the answer, --in-doubt exports the refresh token as it is, spent or not";
    }

    private Result handOut(Place place, Grant grant, Asked asked) {
        Export export = Objects.requireNonNull(grant.export());
        return export.handedOut()
                .<Result>map(candidate -> {
                    audit(place, asked);
                    return new Result.Exported(
                            grant.key().toString(), export, ExportedGrants.manifest(grant, export, candidate));
                })
                .orElseGet(() -> new Result.Refused("the grant of " + place.whose() + " has no refresh token left"));
    }

    /** The operator says on the connection that it was exported; this says on the grant Secret who had it, each time. */
    private void audit(Place place, Asked asked) {
        Secret secret = client.secrets()
                .inNamespace(place.namespace())
                .withName(place.secretName())
                .get();
        if (secret != null) {
            new Events(client, clock, "export")
                    .warn(
                            secret,
                            Reason.GrantExported,
                            "the grant of " + place.whose() + " was handed out to " + asked.by() + " as export "
                                    + asked.id());
        }
    }

    private String withoutGrant(String namespace, String name, String where) {
        List<String> retained = GrantSecrets.summaries(client, where)
                .map(Grant::key)
                .filter(key -> key.namespace().equals(namespace) && key.name().equals(name))
                .map(key -> "--grant " + key.secretName())
                .toList();
        return namespace + "/" + name + " has no grant in namespace " + where + ": "
                + (retained.isEmpty()
                        ? "nobody has given consent yet, or --operator-namespace is another one"
                        : "there is one of an earlier namespace of that name, which you may export with "
                                + String.join(" or ", retained));
    }

    /** Who runs this, as the API server knows them; it has told that since Kubernetes 1.28. */
    private String whoAsks() {
        try {
            SelfSubjectReview review =
                    client.authentication().v1().selfSubjectReviews().create(new SelfSubjectReview());
            return review.getStatus().getUserInfo().getUsername();
        } catch (KubernetesClientException e) {
            return "somebody whom the API server did not name";
        }
    }

    private interface Attempt {
        Result run();
    }

    private static Result guarded(Attempt attempt) {
        try {
            return attempt.run();
        } catch (GrantStore.Unreadable e) {
            return new Result.Refused(String.valueOf(e.getMessage()));
        } catch (GrantStore.StoreUnavailable e) {
            return e.getCause() instanceof KubernetesClientException cause ? failed(cause) : failed(null);
        } catch (KubernetesClientException e) {
            return failed(e);
        }
    }

    /** For a refusal the API server names the right that is missing, and quotes nothing of an object. */
    private static Result failed(@Nullable KubernetesClientException e) {
        if (e == null || e.getStatus() == null) {
            return new Result.Again("the API server did not answer");
        }
        return switch (e.getCode()) {
            case 401 -> new Result.Refused("the API server does not know you: log in again, or correct the kubeconfig");
            case 403 -> new Result.Refused(e.getStatus().getMessage());
            case 404 ->
                new Result.Refused("the API server knows no OAuthConnections: correct the context of the kubeconfig");
            default -> new Result.Again("the API server answered with HTTP " + e.getCode());
        };
    }
}

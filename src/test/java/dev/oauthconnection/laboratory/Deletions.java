package dev.oauthconnection.laboratory;

import dev.oauthconnection.api.Names;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What people delete, and what they bring back. */
final class Deletions {
    private final Trial trial;
    private final KubernetesClient client;
    private final Namespaces namespaces;

    Deletions(Trial trial, KubernetesClient client) {
        this.trial = trial;
        this.client = client;
        this.namespaces = new Namespaces(client);
    }

    void tokenSecret() {
        String connection = anyConnection();
        trial.diary.note(Diary.Kind.Fault, "token Secret " + connection + " deleted");
        client.secrets().inNamespace(trial.namespace()).withName(connection).delete();
        trial.awaitPublished(connection);
    }

    void connection() {
        String connection = anyConnection();
        trial.diary.note(Diary.Kind.Fault, "connection " + connection + " deleted and applied again");
        trial.deleteAndApply(connection);
        trial.awaitPublished(connection);
    }

    /** The grant is gone, and its resource owner is asked again once that is noticed. */
    void grantSecret() {
        String connection = anyConnection();
        trial.diary.note(Diary.Kind.Fault, "grant Secret of " + connection + " deleted");
        trial.diary.note(Diary.Kind.ByHand, trial.server.current(connection).grant());
        client.resource(grantOf(connection)).delete();
        trial.awaitPublished(connection);
    }

    /** A backup of one grant Secret comes back after it was refreshed; later somebody puts the right one in its place. */
    void setBack() {
        String connection = anyConnection();
        Secret backup = grantOf(connection);
        trial.awaitPublished(connection);
        Trial.pause(Duration.ofSeconds(2));
        Secret right = grantOf(connection);
        long sent = sent(connection);
        trial.during(
                "an old grant Secret of " + connection + " restored", trial.plan.lifetime(), () -> put(backup), () -> {
                    trial.restored(connection, sent(connection) - sent);
                    put(right);
                });
    }

    /** The namespace of the connections goes, and one of the same name comes; a grant belongs to the one that is gone. */
    void namespaceOfConnections() {
        Map<String, Long> before = published();
        trial.diary.note(Diary.Kind.Fault, "the namespace of the connections deleted and made again");
        namespaces.delete(trial.namespace());
        namespaces.create(trial.namespace());
        trial.connectAgain("the namespace was deleted");
        awaitAll(before);
    }

    /** The operator's namespace goes with its pods; it is installed again, and gets the grants of a backup taken right before. */
    void namespaceOfOperator() {
        Map<String, Long> before = published();
        trial.diary.note(Diary.Kind.Fault, "the operator's namespace deleted, made again, and a backup restored");
        List<Secret> backup = grants();
        trial.pods.forEach(Pod::kill);
        Map<String, Secret> last = grants().stream().collect(Collectors.toMap(Deletions::name, Function.identity()));
        namespaces.delete(trial.operatorNamespace());
        trial.installAgain();
        backup.forEach(secret -> client.resource(new SecretBuilder(secret)
                        .editMetadata()
                        .withResourceVersion(null)
                        .withUid(null)
                        .endMetadata()
                        .build())
                .create());
        // What was refreshed in between is older than its token now: whoever restores asks for these consents again.
        trial.consentAgain(
                "refreshed after the backup",
                backup.stream()
                        .filter(secret -> !version(secret).equals(version(last.get(name(secret)))))
                        .map(Deletions::connectionOf)
                        .toList());
        trial.pods.forEach(pod -> {
            pod.replace(Pod.Loss.Deleted);
            pod.start();
        });
        awaitAll(before);
    }

    private Map<String, Long> published() {
        return trial.connections().stream().collect(Collectors.toMap(Function.identity(), trial::versions));
    }

    /** Returns once each connection has another token. */
    private void awaitAll(Map<String, Long> before) {
        before.forEach(trial::awaitPublished);
    }

    private long sent(String connection) {
        return trial.gate.exchanges().stream()
                .filter(exchange -> exchange.used().connection().equals(connection))
                .count();
    }

    private void put(Secret content) {
        Secret now = client.resource(content).get();
        client.resource(new SecretBuilder(content)
                        .editMetadata()
                        .withResourceVersion(now.getMetadata().getResourceVersion())
                        .withUid(now.getMetadata().getUid())
                        .withManagedFields(List.of())
                        .endMetadata()
                        .build())
                .update();
    }

    private Secret grantOf(String connection) {
        return grants().stream()
                .filter(secret -> connection.equals(connectionOf(secret)))
                .filter(this::isOfToday)
                .findFirst()
                .orElseThrow();
    }

    /** Not one of a namespace that was deleted. */
    private boolean isOfToday(Secret secret) {
        String uid = client.namespaces()
                .withName(trial.namespace())
                .require()
                .getMetadata()
                .getUid();
        return secret.getMetadata().getAnnotations().containsValue(uid);
    }

    private List<Secret> grants() {
        return client.secrets()
                .inNamespace(trial.operatorNamespace())
                .withLabel(Names.ROLE, Names.GRANT)
                .list()
                .getItems();
    }

    private static String connectionOf(Secret grant) {
        return grant.getMetadata().getAnnotations().get(Names.CONNECTION_NAME);
    }

    private static String name(Secret secret) {
        return secret.getMetadata().getName();
    }

    private static String version(Secret secret) {
        return secret.getMetadata().getResourceVersion();
    }

    private String anyConnection() {
        return "c" + trial.random.nextInt(trial.plan.connections());
    }
}

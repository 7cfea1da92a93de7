package dev.oauthconnection.laboratory;

import dev.oauthconnection.api.Names;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** The faults, done to the parts of one trial. */
final class Faults {
    private final Trial trial;
    private final KubernetesClient client;
    private final ControlPlane controlPlane = new ControlPlane();

    Faults(Trial trial, KubernetesClient client) {
        this.trial = trial;
        this.client = client;
    }

    void killLeader() {
        Pod leader = trial.awaitLeader();
        leader.kill();
        leader.start();
    }

    void loseLeader() {
        Pod leader = trial.awaitLeader();
        leader.kill();
        leader.replace(trial.random.nextBoolean() ? Pod.Loss.Failed : Pod.Loss.Deleted);
        leader.start();
    }

    void stopLeader(Duration duration) {
        Pod leader = trial.awaitLeader();
        leader.stop();
        Trial.pause(duration);
        leader.go();
        startAgainOnceEnded(leader);
    }

    /** One that finds its lease lost ends by itself, and its container is started again. */
    private void startAgainOnceEnded(Pod pod) {
        for (int i = 0; i < 100 && pod.isRunning(); i++) {
            Trial.pause(Duration.ofMillis(100));
        }
        if (!pod.isRunning()) {
            pod.start();
        }
    }

    void upgrade() {
        for (Pod pod : trial.pods) {
            pod.terminate();
            pod.replace(Pod.Loss.Deleted);
            pod.start();
            trial.awaitLeader();
        }
    }

    void cutLeaderOff(Duration duration) {
        Pod leader = trial.awaitLeader();
        during("no way from the leader to the API server", duration, leader.wire::cut, leader.wire::mend);
        startAgainOnceEnded(leader);
    }

    void silenceLeader(Duration duration) {
        Pod leader = trial.awaitLeader();
        during("nothing of the leader reaches the API server", duration, leader.wire::silence, () -> {
            leader.wire.cut();
            leader.wire.mend();
        });
        startAgainOnceEnded(leader);
    }

    void pauseApiServer(Duration duration) {
        during("the API server stands still", duration, controlPlane::stopApiServer, controlPlane::letApiServerGo);
        startAllAgain();
    }

    void fillEtcd(Duration duration) {
        during("etcd takes no writes", duration, controlPlane::raiseNoSpace, controlPlane::clearNoSpace);
        startAllAgain();
    }

    private void startAllAgain() {
        Trial.pause(trial.plan.lease().multipliedBy(2));
        trial.pods.stream().filter(pod -> !pod.isRunning()).forEach(Pod::start);
    }

    void serverDown(Duration duration) {
        during("the authorization server is down", duration, () -> trial.gate.down(true), () -> trial.gate.down(false));
    }

    /** All requests until then are treated so. */
    void answers(Gate.Fault fault, Duration duration) {
        during(
                fault.name(),
                duration,
                () -> trial.gate.faults(used -> fault),
                () -> trial.gate.faults(used -> Gate.Fault.None));
        if (fault == Gate.Fault.InvalidClient) {
            trial.rotateClient();
        }
    }

    /** The next request is treated so, and returns once it was. */
    void once(Gate.Fault fault) {
        AtomicReference<Gate.Fault> next = new AtomicReference<>(fault);
        trial.diary.note(Diary.Kind.Fault, fault.name());
        trial.gate.faults(used -> next.getAndSet(Gate.Fault.None));
        while (next.get() != Gate.Fault.None) {
            Trial.pause(Duration.ofMillis(20));
        }
    }

    void deleteTokenSecret() {
        String connection = anyConnection();
        trial.diary.note(Diary.Kind.Fault, "token Secret " + connection + " deleted");
        client.secrets().inNamespace(trial.namespace()).withName(connection).delete();
        trial.awaitPublished(connection);
    }

    void deleteConnection() {
        String connection = anyConnection();
        trial.diary.note(Diary.Kind.Fault, "connection " + connection + " deleted and applied again");
        trial.deleteAndApply(connection);
        trial.awaitPublished(connection);
    }

    /** A backup of one grant Secret comes back after it was refreshed; later somebody puts the right one in its place. */
    void restoreGrant() {
        String connection = anyConnection();
        Secret backup = grantSecret(connection);
        trial.awaitPublished(connection);
        Trial.pause(Duration.ofSeconds(2));
        Secret right = grantSecret(connection);
        long sent = sent(connection);
        during("an old grant Secret of " + connection + " restored", trial.plan.lifetime(), () -> put(backup), () -> {
            trial.restored(connection, sent(connection) - sent);
            put(right);
        });
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

    private Secret grantSecret(String connection) {
        return client
                .secrets()
                .inNamespace(trial.operatorNamespace())
                .withLabel(Names.ROLE, Names.GRANT)
                .list()
                .getItems()
                .stream()
                .filter(secret ->
                        connection.equals(secret.getMetadata().getAnnotations().get(Names.CONNECTION_NAME)))
                .findFirst()
                .orElseThrow();
    }

    private String anyConnection() {
        return "c" + trial.random.nextInt(trial.plan.connections());
    }

    private void during(String what, Duration duration, Runnable begin, Runnable end) {
        trial.diary.note(Diary.Kind.Fault, what);
        begin.run();
        Trial.pause(duration);
        end.run();
        trial.diary.note(Diary.Kind.Mended, what);
    }
}

package dev.oauthconnection.laboratory;

import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.Authority;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** The faults of processes, networks and servers, done to the parts of one trial. */
final class Faults implements AutoCloseable {
    private final Trial trial;
    private final ApiServer api;
    private final Authority authority;
    private final ControlPlane controlPlane;

    /** @param authority which the pods believe too */
    Faults(Trial trial, ApiServer api, Authority authority, Path folder) {
        this.trial = trial;
        this.api = api;
        this.authority = authority;
        this.controlPlane = new ControlPlane(api, folder);
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
        trial.during("no way from the leader to the API server", duration, leader.wire::cut, leader.wire::mend);
    }

    void silenceLeader(Duration duration) {
        Pod leader = trial.awaitLeader();
        trial.during("nothing of the leader reaches the API server", duration, leader.wire::silence, () -> {
            leader.wire.cut();
            leader.wire.mend();
        });
    }

    void pauseApiServer(Duration duration) {
        trial.during(
                "the API server stands still", duration, controlPlane::stopApiServer, controlPlane::letApiServerGo);
    }

    void killApiServer(Duration duration) {
        trial.during("the API server is killed", duration, controlPlane::killApiServer, controlPlane::startApiServer);
    }

    /** Some requests of all replicas are answered so. */
    void apiAnswers(FailingApi.Answer answer, Duration duration) {
        int port = api.client().getMasterUrl().getPort();
        try (FailingApi failing = new FailingApi(port, authority, answer, trial.random)) {
            trial.during(
                    "the API server answers " + answer,
                    duration,
                    () -> trial.pods.forEach(pod -> pod.wire.leadTo(failing.port())),
                    () -> trial.pods.forEach(pod -> pod.wire.leadTo(port)));
        }
    }

    void fillEtcd(Duration duration) {
        trial.during("etcd takes no writes", duration, controlPlane::raiseNoSpace, controlPlane::clearNoSpace);
    }

    void serverDown(Duration duration) {
        trial.during(
                "the authorization server is down",
                duration,
                () -> trial.gate.down(true),
                () -> trial.gate.down(false));
    }

    /** All requests until then are treated so. */
    void answers(Gate.Fault fault, Duration duration) {
        trial.during(
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
        trial.await("no request comes", () -> next.get() == Gate.Fault.None);
    }

    @Override
    public void close() {
        controlPlane.close();
    }
}

package dev.oauthconnection.laboratory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Wall clocks that are wrong. The monotonic ones go on as they do, also when somebody sets the time of a real machine. */
final class Clocks {
    static final Duration WRONG_BY = Duration.ofMinutes(5);

    private final Trial trial;
    private final Path folder;

    Clocks(Trial trial, Path folder) {
        this.trial = trial;
        this.folder = folder;
    }

    /** One replica has a wrong clock, first beside the other one, then while that one is started again; then its machine goes. */
    void oneWrong(Duration ahead) {
        WallClock clock = new WallClock(folder);
        Pod wrong = trial.pods.get(trial.random.nextInt(trial.pods.size()));
        trial.during(
                "pod " + wrong.number + " has a clock that is wrong by " + ahead,
                trial.plan.lifetime(),
                () -> {
                    clock.ahead(ahead);
                    restart(wrong, clock);
                    trial.letPass(trial.plan.lifetime().dividedBy(2));
                    trial.pods.stream().filter(pod -> pod != wrong).forEach(pod -> {
                        pod.terminate();
                        pod.start();
                    });
                },
                () -> right(wrong));
    }

    /** All replicas have the same wrong clock; the API server, the authorization server and the workloads have the right one. */
    void allWrong(Duration ahead) {
        WallClock clock = new WallClock(folder);
        clock.ahead(ahead);
        trial.during(
                "all clocks are wrong by " + ahead,
                trial.plan.lifetime(),
                () -> trial.pods.forEach(pod -> restart(pod, clock)),
                () -> trial.pods.forEach(this::right));
    }

    /** The clock of the leader is set wrong while it works, and later set right again. */
    void jump(Duration ahead) {
        WallClock clock = new WallClock(folder);
        Pod leader = trial.awaitLeader();
        List<Pod> others = trial.pods.stream().filter(pod -> pod != leader).toList();
        restart(leader, clock);
        others.forEach(pod -> {
            pod.terminate();
            pod.start();
        });
        trial.awaitLeader();
        trial.during(
                "the clock of pod " + leader.number + " is set wrong by " + ahead,
                trial.plan.lifetime(),
                () -> clock.ahead(ahead),
                () -> clock.ahead(Duration.ZERO));
        leader.clock(null);
    }

    private void restart(Pod pod, WallClock clock) {
        pod.terminate();
        pod.clock(clock);
        pod.start();
        // A process that is told the time by a library takes longer to start.
        trial.await("pod " + pod.number + " with a clock of its own does not start", pod::isReady);
    }

    /** Killed: what it wrote with the wrong clock, it has no time to set right. */
    private void right(Pod pod) {
        pod.kill();
        pod.clock(null);
        pod.start();
    }
}

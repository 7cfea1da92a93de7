package dev.oauthconnection.laboratory;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

/**
 * SIGKILLs by seed: the leader four times of five, else a follower; half of them at a random instant, and half of them within
 * {@link #AFTER_REQUEST} after some token request arrived at the authorization server. Some pods are lost with their journals.
 */
final class Killing {
    static final Duration AFTER_REQUEST = Duration.ofMillis(100);
    private static final Duration CALM = Duration.ofSeconds(2);

    private final Trial trial;
    private final Random random;
    private final SynchronousQueue<TokenName> arrivals = new SynchronousQueue<>();

    Killing(Trial trial) {
        this.trial = trial;
        this.random = trial.random;
        trial.gate.onArrival(arrivals::offer);
    }

    /** Kills so many processes, or as many as there is time for. */
    void run(int kills, Instant until) {
        int killed = 0;
        while (killed < kills && Instant.now().isBefore(until)) {
            Optional<Pod> leader = trial.leader();
            if (leader.isEmpty()) {
                Trial.pause(Duration.ofMillis(50));
                continue;
            }
            Pod victim = victim(leader.get());
            awaitMoment();
            if (victim.isRunning()) {
                victim.kill();
                killed++;
            }
            goOn(victim);
        }
    }

    private Pod victim(Pod leader) {
        return random.nextInt(5) == 0
                ? trial.pods.stream().filter(pod -> pod != leader).findFirst().orElse(leader)
                : leader;
    }

    private void awaitMoment() {
        Trial.pause(Duration.ofMillis(random.nextLong(CALM.toMillis())));
        if (random.nextBoolean()) {
            try {
                arrivals.poll(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Trial.pause(Duration.ofNanos(random.nextLong(AFTER_REQUEST.toNanos())));
        }
    }

    /** As a rule the container starts again in its pod; one time of four the pod is lost. */
    private void goOn(Pod victim) {
        switch (random.nextInt(8)) {
            case 0 -> victim.replace(Pod.Loss.Failed);
            case 1 -> victim.replace(Pod.Loss.Deleted);
            default -> {}
        }
        victim.start();
    }
}

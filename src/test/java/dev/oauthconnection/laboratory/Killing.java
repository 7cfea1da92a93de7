package dev.oauthconnection.laboratory;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

/**
 * SIGKILLs by seed: the leader four times of five, else a follower; half of them at a random instant, and half of them within
 * {@link #AFTER_REQUEST} after some token request arrived at the authorization server.
 */
final class Killing {
    static final Duration AFTER_REQUEST = Duration.ofMillis(100);
    private static final Duration CALM = Duration.ofSeconds(2);
    /** Nothing is that near to its end unless it waits for the fence of a redemption that a kill cut off, which another kill would renew. */
    private static final Duration SETTLED = Duration.ofSeconds(22);

    private final Trial trial;
    private final Random random;
    private final int podsLost;
    private final SynchronousQueue<TokenName> arrivals = new SynchronousQueue<>();

    /** @param podsLost of a hundred kills */
    Killing(Trial trial, int podsLost) {
        this.trial = trial;
        this.podsLost = podsLost;
        this.random = trial.random;
        trial.gate.onArrival(arrivals::offer);
    }

    /** Kills so many processes, or as many as there is time for. Each leader has come to its work, and
     * what the last kill cut off is settled. */
    void run(int kills, Instant until) {
        int killed = 0;
        Instant last = Instant.now();
        while (killed < kills && Instant.now().isBefore(until)) {
            Pod victim = victim(awaitAtWork(last));
            trial.awaitAllValid(SETTLED);
            awaitMoment();
            if (victim.isRunning()) {
                last = Instant.now();
                victim.kill();
                killed++;
            }
            goOn(victim);
        }
    }

    /** The pod whose process sent the last token request, once one that runs has sent one since then. */
    private Pod awaitAtWork(Instant since) {
        trial.await("nobody refreshes", () -> atWork(since).isPresent());
        return atWork(since).orElseGet(trial.pods::getFirst);
    }

    private Optional<Pod> atWork(Instant since) {
        return trial.gate.exchanges().reversed().stream()
                .takeWhile(exchange -> exchange.arrived().isAfter(since))
                .flatMap(exchange -> trial.pods.stream().filter(pod -> pod.isRunning() && pod.has(exchange.pid())))
                .findFirst();
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

    /** The container starts again in its pod, or the pod is lost with its journal. */
    private void goOn(Pod victim) {
        if (random.nextInt(100) < podsLost) {
            victim.replace(random.nextBoolean() ? Pod.Loss.Failed : Pod.Loss.Deleted);
        }
        victim.start();
    }
}

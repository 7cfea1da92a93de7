package dev.oauthconnection.laboratory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Faults done one after the other, each with the time to be right again and to have every connection refreshed once. */
final class FaultTrial {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final Trial trial;
    private final List<FaultOutcome.Spell> spells = new ArrayList<>();

    FaultTrial(Trial trial) {
        this.trial = trial;
    }

    List<FaultOutcome.Spell> spells() {
        return spells;
    }

    /** Each of them once. */
    void each(List<Disturbance> faults, Instant until) {
        for (Disturbance fault : faults) {
            if (Instant.now().isBefore(until)) {
                act(fault, true);
            }
        }
    }

    /** Any of them, by the seed of the trial, without the time for all to be refreshed in between. */
    void mixed(List<Disturbance> faults, Instant until) {
        while (Instant.now().isBefore(until)) {
            act(faults.get(trial.random.nextInt(faults.size())), false);
        }
    }

    private void act(Disturbance fault, boolean calm) {
        Instant from = Instant.now();
        System.err.println("  " + fault);
        fault.act(trial);
        Instant over = Instant.now();
        awaitRecovery(over);
        Instant recovered = Instant.now();
        if (calm) {
            Trial.pause(trial.plan.lifetime().dividedBy(2));
        }
        spells.add(new FaultOutcome.Spell(fault, from, over, recovered, Instant.now()));
    }

    private void awaitRecovery(Instant since) {
        Instant until = since.plus(PATIENCE);
        while (!(trial.isAllValid(Duration.ZERO) && trial.hasRefreshedSince(since))) {
            if (Instant.now().isAfter(until)) {
                throw new IllegalStateException("it does not recover");
            }
            Trial.pause(Duration.ofMillis(50));
        }
    }
}

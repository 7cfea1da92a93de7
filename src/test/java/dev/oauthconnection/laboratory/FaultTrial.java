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
    private final List<String> failures = new ArrayList<>();

    FaultTrial(Trial trial) {
        this.trial = trial;
    }

    List<FaultOutcome.Spell> spells() {
        return spells;
    }

    /** What did not recover, and what was said of it. */
    List<String> failures() {
        return failures;
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
        boolean done = isDone(fault);
        Instant over = Instant.now();
        boolean well = recovers(over) && done;
        Instant recovered = Instant.now();
        if (calm) {
            trial.letPass(trial.plan.lifetime().dividedBy(2));
        }
        spells.add(new FaultOutcome.Spell(fault, from, over, recovered, Instant.now(), well));
    }

    /** What fails in one fault is told, and the next ones are done all the same. */
    private boolean isDone(Disturbance fault) {
        try {
            fault.act(trial);
            return true;
        } catch (RuntimeException e) {
            failures.add(fault + ": " + e);
            return false;
        }
    }

    private boolean recovers(Instant since) {
        Instant until = since.plus(PATIENCE);
        while (!(trial.isAllValid(Duration.ZERO) && trial.hasRefreshedSince(since))) {
            if (Instant.now().isAfter(until)) {
                failures.add("it does not recover within " + PATIENCE);
                return false;
            }
            trial.letPass(Duration.ofMillis(50));
        }
        return true;
    }
}

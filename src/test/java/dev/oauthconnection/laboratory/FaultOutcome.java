package dev.oauthconnection.laboratory;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What one fault did, in figures that add up over trials.
 *
 * @param times how often it was done
 * @param stuck how often not everything was well again in time
 * @param recovered from the end of the fault until every connection had a valid token and one was refreshed, the longest, in milliseconds
 * @param longestGap of a published token that had lapsed, lost grants apart, in milliseconds
 * @param peak of requests to the authorization server in one second
 * @param steady requests in one second where nothing happens, times a hundred
 */
record FaultOutcome(
        Disturbance fault,
        RotatingServer.Mode mode,
        int times,
        int stuck,
        Map<Window, Long> losses,
        long redeemedTwice,
        long recovered,
        long longestGap,
        long peak,
        long steady) {
    /**
     * When a fault was done.
     *
     * @param over when it ended
     * @param recovered when everything was well again
     * @param until when the next thing begins
     * @param well whether everything was well again in time
     */
    record Spell(Disturbance fault, Instant from, Instant over, Instant recovered, Instant until, boolean well) {
        boolean holds(Instant at) {
            return !at.isBefore(from) && at.isBefore(until);
        }
    }

    static FaultOutcome of(Spell spell, Evidence evidence) {
        Oracle oracle = new Oracle(evidence);
        List<Oracle.Loss> all = oracle.losses();
        Map<Window, Long> losses = new EnumMap<>(Window.class);
        all.stream().filter(loss -> spell.holds(loss.at())).forEach(loss -> losses.merge(loss.window(), 1L, Long::sum));
        Plan plan = evidence.plan();
        return new FaultOutcome(
                spell.fault(),
                plan.mode(),
                1,
                spell.well() ? 0 : 1,
                losses,
                oracle.redeemedTwice().stream().filter(spell::holds).count(),
                Duration.between(spell.over(), spell.recovered()).toMillis(),
                oracle.gaps().stream()
                        .filter(gap -> spell.holds(gap.to()) && !oracle.isCostOfLoss(gap, all))
                        .mapToLong(gap -> gap.length().toMillis())
                        .max()
                        .orElse(0),
                peak(evidence.exchanges().stream()
                        .map(Gate.Exchange::arrived)
                        .filter(spell::holds)
                        .sorted(Comparator.naturalOrder())
                        .toList()),
                plan.connections() * 100L / (plan.lifetime().toSeconds() / 2));
    }

    private static long peak(List<Instant> sorted) {
        long peak = 0;
        int from = 0;
        for (int to = 0; to < sorted.size(); to++) {
            while (sorted.get(from).plusSeconds(1).isBefore(sorted.get(to))) {
                from++;
            }
            peak = Math.max(peak, to - from + 1);
        }
        return peak;
    }

    FaultOutcome plus(FaultOutcome other) {
        Map<Window, Long> sum = new EnumMap<>(Window.class);
        sum.putAll(losses);
        other.losses.forEach((window, number) -> sum.merge(window, number, Long::sum));
        return new FaultOutcome(
                fault,
                mode,
                times + other.times,
                stuck + other.stuck,
                sum,
                redeemedTwice + other.redeemedTwice,
                Math.max(recovered, other.recovered),
                Math.max(longestGap, other.longestGap),
                Math.max(peak, other.peak),
                steady);
    }
}

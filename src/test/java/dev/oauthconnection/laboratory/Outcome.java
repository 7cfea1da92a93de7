package dev.oauthconnection.laboratory;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a trial showed, in figures that add up over trials.
 *
 * @param kills SIGKILLs
 * @param hits of these, while the killed process waited for an answer or had it in hand
 * @param longestGap of a published token that had lapsed, losses apart, in milliseconds
 * @param costs what each loss cost in milliseconds without a valid token
 * @param journaled from the last byte of an answer to the journal, in microseconds
 */
record Outcome(
        Plan.Kind kind,
        RotatingServer.Mode mode,
        List<Long> seeds,
        long seconds,
        long kills,
        long hits,
        long podsLost,
        long redemptions,
        long redeemedTwice,
        Map<Window, Long> losses,
        long longestGap,
        List<Long> costs,
        List<Long> journaled) {

    static Outcome of(Evidence evidence) {
        Oracle oracle = new Oracle(evidence);
        List<Oracle.Loss> losses = oracle.losses();
        Map<Window, Long> byWindow = new EnumMap<>(Window.class);
        losses.forEach(loss -> byWindow.merge(loss.window(), 1L, Long::sum));
        List<Oracle.Gap> gaps = oracle.gaps();
        return new Outcome(
                evidence.plan().kind(),
                evidence.plan().mode(),
                List.of(evidence.plan().seed()),
                Duration.between(evidence.begun(), evidence.ended()).toSeconds(),
                count(evidence, Diary.Kind.Killed),
                hits(evidence),
                count(evidence, Diary.Kind.PodLost),
                oracle.redemptions(),
                oracle.redeemedTwice().size(),
                byWindow,
                gaps.stream()
                        .filter(gap -> !oracle.isCostOfLoss(gap, losses))
                        .mapToLong(gap -> gap.length().toMillis())
                        .max()
                        .orElse(0),
                gaps.stream()
                        .filter(gap -> oracle.isCostOfLoss(gap, losses))
                        .map(gap -> gap.length().toMillis())
                        .toList(),
                evidence.journaled());
    }

    private static long count(Evidence evidence, Diary.Kind kind) {
        return evidence.diary().stream().filter(entry -> entry.kind() == kind).count();
    }

    private static long hits(Evidence evidence) {
        return evidence.diary().stream()
                .filter(entry -> entry.kind() == Diary.Kind.Killed)
                .filter(killed -> evidence.exchanges().stream()
                        .anyMatch(exchange -> evidence.podOf(exchange.pid()).equals(killed.what())
                                && exchange.arrived().isBefore(killed.at())
                                && (!exchange.isRelayed()
                                        || exchange.relayed().plusMillis(100).isAfter(killed.at()))))
                .count();
    }

    long lost() {
        return losses.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The same subject at the same kind of server, over both. */
    Outcome plus(Outcome other) {
        Map<Window, Long> sum = new EnumMap<>(Window.class);
        sum.putAll(losses);
        other.losses.forEach((window, number) -> sum.merge(window, number, Long::sum));
        return new Outcome(
                kind,
                mode,
                joined(seeds, other.seeds),
                seconds + other.seconds,
                kills + other.kills,
                hits + other.hits,
                podsLost + other.podsLost,
                redemptions + other.redemptions,
                redeemedTwice + other.redeemedTwice,
                sum,
                Math.max(longestGap, other.longestGap),
                joined(costs, other.costs),
                joined(journaled, other.journaled));
    }

    private static List<Long> joined(List<Long> one, List<Long> other) {
        return java.util.stream.Stream.concat(one.stream(), other.stream()).toList();
    }

    /** A share of the measured windows lies under this, in microseconds; 0 where none was measured. */
    long journaledAt(double share) {
        List<Long> sorted = journaled.stream().sorted().toList();
        return sorted.isEmpty()
                ? 0
                : sorted.get((int) Math.min(sorted.size() - 1L, Math.round(Math.ceil(share * sorted.size()) - 1)));
    }
}

package dev.oauthconnection.laboratory;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What trials add up to, as a table of Markdown. */
record Report(List<Outcome> sums, List<FaultOutcome> faults) {
    static Report of(List<Outcome> outcomes, List<FaultOutcome> faults) {
        Map<String, Outcome> sums = new TreeMap<>();
        outcomes.forEach(outcome -> sums.merge(outcome.mode() + " " + outcome.kind(), outcome, Outcome::plus));
        Map<String, FaultOutcome> byFault = new TreeMap<>();
        faults.forEach(outcome -> byFault.merge(
                outcome.mode() + " %02d".formatted(outcome.fault().ordinal()), outcome, FaultOutcome::plus));
        return new Report(List.copyOf(sums.values()), List.copyOf(byFault.values()));
    }

    String text() {
        StringBuilder text = new StringBuilder("""
                | server | subject | kills | in mid-redemption | pods lost | redemptions | grants lost | through | longest without a valid token, losses apart | answer to journal, median and p99 |
                |---|---|---|---|---|---|---|---|---|---|
                """);
        sums.forEach(sum -> text.append(line(sum)));
        if (!faults.isEmpty()) {
            text.append("""

                    | server | fault | times | grants lost | through | spent tokens sent again | recovered within | longest without a valid token | requests per second: peak, steady |
                    |---|---|---|---|---|---|---|---|---|
                    """);
            faults.forEach(fault -> text.append(line(fault)));
        }
        return text.toString();
    }

    private static String line(FaultOutcome sum) {
        return "| %s | %s | %d | %d | %s | %d | %s | %.1f s | %d, %.1f |%n"
                .formatted(
                        sum.mode(),
                        sum.fault(),
                        sum.times(),
                        sum.losses().values().stream()
                                .mapToLong(Long::longValue)
                                .sum(),
                        windows(sum.losses()),
                        sum.redeemedTwice(),
                        recovered(sum),
                        sum.longestGap() / 1e3,
                        sum.peak(),
                        sum.steady() / 1e2);
    }

    private static String recovered(FaultOutcome sum) {
        String within = "%.1f s".formatted(sum.recovered() / 1e3);
        return sum.stuck() == 0 ? within : within + ", NOT IN %d OF %d".formatted(sum.stuck(), sum.times());
    }

    private static String windows(Map<Window, Long> losses) {
        return losses.entrySet().stream()
                .map(entry -> entry.getKey().meaning + ": " + entry.getValue())
                .collect(Collectors.joining("; "));
    }

    private static String line(Outcome sum) {
        String journaled = sum.journaled().isEmpty()
                ? ""
                : "%.2f ms, %.2f ms".formatted(sum.journaledAt(0.5) / 1e3, sum.journaledAt(0.99) / 1e3);
        return "| %s | %s | %d | %d | %d | %d | %d | %s | %.1f s | %s |%n"
                .formatted(
                        sum.mode(),
                        sum.kind(),
                        sum.kills(),
                        sum.hits(),
                        sum.podsLost(),
                        sum.redemptions(),
                        sum.lost(),
                        windows(sum.losses()),
                        sum.longestGap() / 1e3,
                        journaled);
    }
}

package dev.oauthconnection.laboratory;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A trial as a picture (SVG): one line for each connection with the validity of its published tokens and its redemptions, and across them
 * what was done to the processes.
 */
final class Timeline {
    private static final int LEFT = 60;
    private static final int TOP = 56;
    private static final int ROW = 10;
    private static final int PLOT = 1400;

    private final Evidence evidence;
    private final double scale;

    Timeline(Evidence evidence) {
        this.evidence = evidence;
        this.scale = PLOT
                / (double) Duration.between(evidence.begun(), evidence.ended()).toMillis();
    }

    String svg() {
        List<String> connections =
                evidence.current().stream().map(TokenName::connection).toList();
        int bottom = TOP + ROW * connections.size();
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="9">
                <rect width="100%%" height="100%%" fill="white"/>
                <text x="%d" y="16" font-size="13">%s at a server of mode %s, seed %d: %d redemptions, %d kills, %d grants lost</text>
                %s
                """,
                LEFT + PLOT + 20,
                bottom + 30,
                LEFT,
                evidence.plan().kind(),
                evidence.plan().mode(),
                evidence.plan().seed(),
                new Oracle(evidence).redemptions(),
                evidence.diary().stream()
                        .filter(entry -> entry.kind() == Diary.Kind.Killed)
                        .count(),
                evidence.losses().size(),
                legend()));
        Map<String, List<SecretHistory.Published>> published =
                evidence.published().stream().collect(Collectors.groupingBy(SecretHistory.Published::connection));
        for (int row = 0; row < connections.size(); row++) {
            String connection = connections.get(row);
            svg.append(row(connection, TOP + ROW * row, published.getOrDefault(connection, List.of())));
        }
        evidence.diary().forEach(entry -> svg.append(mark(entry, bottom)));
        svg.append(axis(bottom));
        return svg.append("</svg>\n").toString();
    }

    private static String legend() {
        return "<text x=\"" + LEFT + "\" y=\"34\"><tspan fill=\"#4a9\">bar: a valid token is published</tspan>"
                + "<tspan dx=\"12\" fill=\"#234\">tick: redemption</tspan>"
                + "<tspan dx=\"12\" fill=\"#c22\">line: SIGKILL</tspan>"
                + "<tspan dx=\"12\" fill=\"#e90\">line: pod lost, stopped, or another fault</tspan>"
                + "<tspan dx=\"12\" fill=\"#80c\">cross: grant lost</tspan></text>";
    }

    private String row(String connection, int y, List<SecretHistory.Published> versions) {
        StringBuilder row = new StringBuilder(
                "<text x=\"" + (LEFT - 6) + "\" y=\"" + (y + 7) + "\" text-anchor=\"end\">" + connection + "</text>");
        List<SecretHistory.Published> sorted = versions.stream()
                .sorted(Comparator.comparing(SecretHistory.Published::at))
                .toList();
        for (int i = 0; i < sorted.size(); i++) {
            Instant from = sorted.get(i).at();
            Instant next = i + 1 < sorted.size() ? sorted.get(i + 1).at() : evidence.ended();
            Instant to =
                    sorted.get(i).expiresAt().isBefore(next) ? sorted.get(i).expiresAt() : next;
            row.append(rectangle(x(from), y + 1, Math.max(0, x(to) - x(from)), ROW - 3, "#4a9"));
        }
        evidence.decisions().stream()
                .filter(decision -> decision.used().connection().equals(connection))
                .forEach(decision -> row.append(rectangle(
                        x(decision.at()), y, 1, ROW - 1, decision.issued().isPresent() ? "#234" : "#c22")));
        evidence.losses().stream()
                .filter(loss -> loss.newest().connection().equals(connection))
                .forEach(loss -> row.append(String.format(
                        Locale.ROOT,
                        "<text x=\"%.1f\" y=\"%d\" fill=\"#80c\" font-size=\"14\" text-anchor=\"middle\">✕</text>",
                        x(loss.at()),
                        y + 10)));
        return row.append('\n').toString();
    }

    private String mark(Diary.Entry entry, int bottom) {
        return switch (entry.kind()) {
            case Killed -> rectangle(x(entry.at()), TOP - 8, 0.8, bottom - TOP + 12, "#c22");
            case PodLost, Stopped, Continued, Fault, Mended, Terminated, ByHand ->
                rectangle(x(entry.at()), TOP - 8, 0.8, bottom - TOP + 12, "#e90");
            case Started, Consented -> "";
        };
    }

    private String axis(int bottom) {
        StringBuilder axis = new StringBuilder();
        long seconds = Duration.between(evidence.begun(), evidence.ended()).toSeconds();
        long step = Math.max(10, seconds / 140 * 10);
        for (long second = 0; second <= seconds; second += step) {
            axis.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d s</text>%n",
                    x(evidence.begun().plusSeconds(second)),
                    bottom + 18,
                    second));
        }
        return axis.toString();
    }

    private double x(Instant at) {
        return LEFT + Duration.between(evidence.begun(), at).toMillis() * scale;
    }

    private static String rectangle(double x, int y, double width, int height, String colour) {
        return String.format(
                Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                x,
                y,
                width,
                height,
                colour);
    }
}

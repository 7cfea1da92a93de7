package dev.oauthconnection.cli;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Spans of time for people: the two largest units that say something, such as {@code 3h5m} and {@code 59d}. */
final class Spans {
    private static final int FINE = 10;

    private Spans() {}

    /** How long until then, {@code 5m ago} where it is over, and empty for null. */
    static String until(@Nullable Instant then, Instant now) {
        if (then == null) {
            return "";
        }
        Duration left = Duration.between(now, then);
        return left.isNegative() ? of(left.negated()) + " ago" : of(left);
    }

    static String of(Duration span) {
        long days = span.toDays();
        if (days >= FINE) {
            return days + "d";
        }
        if (days > 0) {
            return days + "d" + some(span.toHoursPart(), "h");
        }
        if (span.toHours() > 0) {
            return span.toHours() + "h" + some(span.toMinutesPart(), "m");
        }
        if (span.toMinutes() >= FINE) {
            return span.toMinutes() + "m";
        }
        return span.toMinutes() > 0 ? span.toMinutes() + "m" + some(span.toSecondsPart(), "s") : span.toSeconds() + "s";
    }

    private static String some(int count, String unit) {
        return count == 0 ? "" : count + unit;
    }
}

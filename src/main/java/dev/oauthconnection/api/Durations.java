package dev.oauthconnection.api;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as Kubernetes writes them: {@code 90s}, {@code 1h30m}, {@code 1440h}. */
public final class Durations {
    private static final Pattern WHOLE = Pattern.compile(Schema.DURATION_PATTERN);
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ms|s|m|h)");

    private Durations() {}

    /**
     * Reads a duration.
     *
     * @throws IllegalArgumentException with a message for the author of the text, when it is not one
     */
    public static Duration parse(String text) {
        if (text.length() > Schema.DURATION_LENGTH || !WHOLE.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a duration: write a number and a unit, such as 90s, 10m or 1h30m");
        }
        Duration sum = Duration.ZERO;
        for (Matcher part = PART.matcher(text); part.find(); ) {
            long millis =
                    switch (part.group(2)) {
                        case "ms" -> 1;
                        case "s" -> 1_000;
                        case "m" -> 60_000;
                        default -> 3_600_000;
                    };
            sum = sum.plusMillis(new BigDecimal(part.group(1))
                    .multiply(BigDecimal.valueOf(millis))
                    .longValue());
        }
        return sum;
    }

    /** Reads a duration, or gives {@code fallback} for null. */
    public static Duration parse(@Nullable String text, Duration fallback) {
        return text == null ? fallback : parse(text);
    }
}

package dev.oauthconnection.grant;

import java.time.Duration;

/**
 * How long the parts of one redemption may take. Together they are the fence that others respect: at most half of the refresh lead, so
 * that a takeover still comes in time, and well inside the provider's grace period.
 *
 * @param send from the arming to the last check before the request is written
 * @param call of the HTTP call
 * @param margin for what is neither
 */
public record Windows(Duration send, Duration call, Duration margin) {
    private static final Windows FULL =
            new Windows(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(5));

    /** The windows for a refresh that begins {@code lead} before the token's expiry. */
    public static Windows of(Duration lead, RedemptionRules rules) {
        Duration limit = lead.dividedBy(2);
        if (rules.hasGrace() && rules.grace().dividedBy(2).compareTo(limit) < 0) {
            limit = rules.grace().dividedBy(2);
        }
        if (limit.compareTo(FULL.fence()) >= 0) {
            return FULL;
        }
        // A ninth is the smallest part; below a second nothing could be done in time at all.
        Duration ninth = Duration.ofMillis(Math.max(limit.toMillis(), 1_800) / 9);
        return new Windows(ninth.multipliedBy(2), ninth.multipliedBy(6), ninth);
    }

    public Duration fence() {
        return send.plus(call).plus(margin);
    }
}

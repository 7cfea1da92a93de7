package dev.oauthconnection.grant;

import dev.oauthconnection.oauth.TokenAnswer;
import dev.oauthconnection.oauth.TokenOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The refresh tokens that came of one consent, as a provider that rotates them keeps them: a value. They are named {@code <grant
 * id>/<number>}, numbered in the order of their issue.
 *
 * @param consumedAt when the previous one was used
 * @param superseded those that were issued and never used before the previous one brought another: no use of them is a second one
 */
record TokenFamily(
        String id,
        int issued,
        String current,
        @Nullable String previous,
        Instant consumedAt,
        Set<String> superseded,
        boolean revoked) {
    static final Duration ACCESS_TOKEN = Duration.ofMinutes(5);

    /** The provider's answer, and its tokens from then on. */
    record Redeemed(TokenOutcome outcome, TokenFamily after) {}

    /** A person consents. */
    static TokenFamily consented(String id) {
        return new TokenFamily(id, 1, id + "/1", null, Instant.MIN, Set.of(), false);
    }

    /** From which consent a refresh token came. */
    static String grantOf(String token) {
        return token.substring(0, token.indexOf('/'));
    }

    /** The answer that brings the current refresh token. */
    TokenAnswer answer() {
        return new TokenAnswer("at", "Bearer", ACCESS_TOKEN, current, null, null);
    }

    Redeemed redeem(String token, RedemptionRules rules, Instant now) {
        boolean isCurrent = token.equals(current);
        if (!revoked && (isCurrent || previousWorks(token, rules, now))) {
            TokenFamily after = new TokenFamily(
                    id,
                    issued + 1,
                    id + "/" + (issued + 1),
                    isCurrent ? token : previous,
                    isCurrent ? now : consumedAt,
                    isCurrent ? superseded : withCurrentSuperseded(),
                    false);
            return new Redeemed(new TokenOutcome.Granted(after.answer()), after);
        }
        boolean reused = !superseded.contains(token);
        TokenFamily after = reused && rules.reuseRevokesGrant() ? withRevoked() : this;
        return new Redeemed(new TokenOutcome.Rejected(400, "invalid_grant", null), after);
    }

    TokenFamily withRevoked() {
        return new TokenFamily(id, issued, current, previous, consumedAt, superseded, true);
    }

    private Set<String> withCurrentSuperseded() {
        Set<String> all = new HashSet<>(superseded);
        all.add(current);
        return Set.copyOf(all);
    }

    /** Those that the provider would take now. */
    Set<String> usable(RedemptionRules rules, Instant now) {
        Set<String> usable = new HashSet<>();
        if (!revoked) {
            usable.add(current);
            if (previous != null && previousWorks(previous, rules, now)) {
                usable.add(previous);
            }
        }
        return usable;
    }

    private boolean previousWorks(String token, RedemptionRules rules, Instant now) {
        return rules.hasGrace() && token.equals(previous) && now.isBefore(consumedAt.plus(rules.grace()));
    }
}

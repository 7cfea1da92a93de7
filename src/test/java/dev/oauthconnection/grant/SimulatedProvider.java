package dev.oauthconnection.grant;

import dev.oauthconnection.oauth.TokenAnswer;
import dev.oauthconnection.oauth.TokenOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A provider that rotates refresh tokens. Its tokens are named {@code <grant id>/<number>}, numbered in the order of their issue. */
final class SimulatedProvider {
    static final Duration ACCESS_TOKEN = Duration.ofMinutes(5);

    /** What it does with a refresh token that was used. */
    enum Mode {
        /** Reuse ends the grant. */
        Strict(Sample.STRICT),
        /** The same, and the author of the connection wants to be asked. */
        Held(Sample.HELD),
        /** Reuse is refused. */
        Lenient(Sample.LENIENT),
        /** The previous one still works for half an hour. */
        Grace(Sample.GRACE),
        /** The same, and outages outlive it. */
        Outage(Sample.GRACE);

        final RedemptionRules rules;

        Mode(RedemptionRules rules) {
            this.rules = rules;
        }
    }

    private static final class Family {
        int issued = 1;
        String current;

        @Nullable
        String previous;

        Instant consumedAt = Instant.MIN;
        boolean revoked;

        Family(String current) {
            this.current = current;
        }
    }

    private final Mode mode;
    private final Map<String, Family> families = new HashMap<>();

    SimulatedProvider(Mode mode) {
        this.mode = mode;
    }

    /** A person consents: a new grant. */
    TokenAnswer consent(String grantId) {
        families.put(grantId, new Family(grantId + "/1"));
        return answer(grantId + "/1");
    }

    TokenOutcome redeem(String token, Instant now) {
        Family family = familyOf(token);
        boolean current = token.equals(family.current);
        if (!family.revoked && (current || previousWorks(family, token, now))) {
            if (current) {
                family.previous = token;
                family.consumedAt = now;
            }
            family.current = grantOf(token) + "/" + ++family.issued;
            return new TokenOutcome.Granted(answer(family.current));
        }
        family.revoked |= mode.rules.reuseRevokesGrant();
        return new TokenOutcome.Rejected(400, "invalid_grant", null);
    }

    /** Ends what came of the consent that brought this token. */
    void revoke(String token) {
        familyOf(token).revoked = true;
    }

    Set<String> usable(String grantId, Instant now) {
        Family family = Objects.requireNonNull(families.get(grantId));
        Set<String> usable = new HashSet<>();
        if (!family.revoked) {
            usable.add(family.current);
            String previous = family.previous;
            if (previous != null && previousWorks(family, previous, now)) {
                usable.add(previous);
            }
        }
        return usable;
    }

    String current(String grantId) {
        return Objects.requireNonNull(families.get(grantId)).current;
    }

    boolean isRevoked(String grantId) {
        return Objects.requireNonNull(families.get(grantId)).revoked;
    }

    static String grantOf(String token) {
        return token.substring(0, token.indexOf('/'));
    }

    private boolean previousWorks(Family family, String token, Instant now) {
        return mode.rules.hasGrace()
                && token.equals(family.previous)
                && now.isBefore(family.consumedAt.plus(mode.rules.grace()));
    }

    private Family familyOf(String token) {
        return Objects.requireNonNull(families.get(grantOf(token)));
    }

    private static TokenAnswer answer(String refreshToken) {
        return new TokenAnswer("at", "Bearer", ACCESS_TOKEN, refreshToken, null, null);
    }
}

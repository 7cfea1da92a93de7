package dev.oauthconnection.grant;

import dev.oauthconnection.oauth.TokenAnswer;
import dev.oauthconnection.oauth.TokenOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A provider that rotates refresh tokens, with a {@link TokenFamily} for each consent. */
final class SimulatedProvider {
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
        Outage(Sample.GRACE),
        /** The previous one still works for half an hour; after that, reuse ends the grant. */
        GraceThenStrict(Sample.rules(Duration.ofMinutes(30), true)),
        /** The same for two minutes, which are over before the access token lapses. */
        BriefGrace(Sample.rules(Duration.ofMinutes(2), true));

        final RedemptionRules rules;

        Mode(RedemptionRules rules) {
            this.rules = rules;
        }
    }

    private final Mode mode;
    private final Map<String, TokenFamily> families = new HashMap<>();

    SimulatedProvider(Mode mode) {
        this.mode = mode;
    }

    /** A person consents: a new grant. */
    TokenAnswer consent(String grantId) {
        TokenFamily family = TokenFamily.consented(grantId);
        families.put(grantId, family);
        return family.answer();
    }

    TokenOutcome redeem(String token, Instant now) {
        TokenFamily.Redeemed redeemed = family(grantOf(token)).redeem(token, mode.rules, now);
        families.put(grantOf(token), redeemed.after());
        return redeemed.outcome();
    }

    /** Ends what came of the consent that brought this token. */
    void revoke(String token) {
        families.put(grantOf(token), family(grantOf(token)).withRevoked());
    }

    Set<String> usable(String grantId, Instant now) {
        return family(grantId).usable(mode.rules, now);
    }

    String current(String grantId) {
        return family(grantId).current();
    }

    boolean isRevoked(String grantId) {
        return family(grantId).revoked();
    }

    static String grantOf(String token) {
        return TokenFamily.grantOf(token);
    }

    private TokenFamily family(String grantId) {
        return Objects.requireNonNull(families.get(grantId));
    }
}

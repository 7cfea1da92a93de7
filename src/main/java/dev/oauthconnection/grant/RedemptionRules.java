package dev.oauthconnection.grant;

import dev.oauthconnection.api.OAuthConnectionSpec.OnAmbiguousRedemption;
import dev.oauthconnection.api.ProviderSpec.Rotation;
import dev.oauthconnection.provider.Provider;
import java.time.Duration;

/**
 * What decides how a grant may be redeemed: facts about the provider and the connection's policy.
 *
 * @param spends whether a redemption may consume the refresh token; false for client credentials and providers known not to rotate
 * @param grace how long a consumed refresh token still works
 * @param reuseRevokesGrant whether using a consumed one again ends the grant
 * @param refreshEndsAccessToken whether a refresh ends the access token that is published
 * @param onAmbiguous what to do where the end is not known and no grace helps
 */
public record RedemptionRules(
        boolean spends,
        Duration grace,
        boolean reuseRevokesGrant,
        boolean refreshEndsAccessToken,
        OnAmbiguousRedemption onAmbiguous) {

    public static RedemptionRules of(Provider.RefreshTokens facts, OnAmbiguousRedemption onAmbiguous) {
        return new RedemptionRules(
                facts.rotation() != Rotation.None,
                facts.grace(),
                facts.reuseRevokesGrant(),
                facts.refreshEndsAccessToken(),
                onAmbiguous);
    }

    /** The rules of a grant that has no refresh token. */
    public static RedemptionRules clientCredentials() {
        return new RedemptionRules(false, Duration.ZERO, false, false, OnAmbiguousRedemption.Replay);
    }

    public boolean hasGrace() {
        return grace.isPositive();
    }

    /** The margin by which the end of a grace period is kept clear of: a twentieth, at most a minute. */
    public Duration graceMargin() {
        Duration twentieth = grace.dividedBy(20);
        return twentieth.compareTo(Duration.ofMinutes(1)) > 0 ? Duration.ofMinutes(1) : twentieth;
    }
}

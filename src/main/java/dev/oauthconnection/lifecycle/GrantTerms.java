package dev.oauthconnection.lifecycle;

import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.grant.Answer;
import dev.oauthconnection.grant.Binding;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.RedemptionRules;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.provider.Provider;
import java.time.Duration;
import java.time.Instant;

/** What provider and connection make of a grant: where it may go, by which rules it is redeemed, and when it is due. Pure. */
public final class GrantTerms {
    /** By how much the clocks of two replicas may differ at most. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

    private GrantTerms() {}

    /** Where a grant made now would be bound to. */
    public static Binding bindingOf(Provider provider, Client client) {
        return new Binding(
                provider.issuer(),
                provider.tokenEndpoint(),
                provider.revocationEndpoint(),
                client.id(),
                provider.authenticationOf(client.secret() != null));
    }

    /** When this grant's token is due; at once when there is none. */
    static Instant dueAt(Grant grant, Provider provider, Observed observed, Instant now) {
        Answer answer = grant.answer();
        // A request from the future: the clock was set back since, or another replica's is ahead. Its schedule comes
        // too late by as much,
        // which half of the lead makes up for.
        return answer == null || answer.requestedAt().isAfter(now.plus(tolerance(grant, provider, observed)))
                ? Instant.MIN
                : Schedule.dueAt(answer.requestedAt(), answer.expiresAt(), scheduleOf(provider, observed));
    }

    private static Duration tolerance(Grant grant, Provider provider, Observed observed) {
        Duration half = leadOf(grant, provider, observed).dividedBy(2);
        return half.compareTo(CLOCKS_DIFFER) < 0 ? half : CLOCKS_DIFFER;
    }

    /** When a token that was requested then and expires then is to be refreshed, as far as is known while the provider is not. */
    public static Instant dueAt(Instant requestedAt, Instant expiresAt, Observed observed) {
        Schedule.Terms terms = observed.resolvedProvider()
                .map(provider -> scheduleOf(provider, observed))
                .orElseGet(() -> new Schedule.Terms(observed.settings().refreshBefore(), false, null, observed.uid()));
        return Schedule.dueAt(requestedAt, expiresAt, terms);
    }

    static Schedule.Terms scheduleOf(Provider provider, Observed observed) {
        return new Schedule.Terms(
                observed.settings().refreshBefore(),
                provider.refreshTokens().refreshEndsAccessToken(),
                observed.settings().keepGrantAlive() ? provider.refreshTokens().idleLifetime() : null,
                observed.uid());
    }

    /** How long before its expiry this grant's token is refreshed; for a first token, as if it lived an hour. */
    public static Duration leadOf(Grant grant, Provider provider, Observed observed) {
        Answer answer = grant.answer();
        Duration lifetime =
                answer == null ? Duration.ofHours(1) : Duration.between(answer.requestedAt(), answer.expiresAt());
        return Schedule.lead(lifetime, scheduleOf(provider, observed));
    }

    /** The rules under which this grant is redeemed. */
    public static RedemptionRules rulesOf(Grant grant, Provider provider, ConnectionSettings settings) {
        return grant.grantType() == GrantType.ClientCredentials
                ? RedemptionRules.clientCredentials()
                : RedemptionRules.of(provider.refreshTokens(), settings.onAmbiguousRedemption());
    }
}

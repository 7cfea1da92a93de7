package dev.oauthconnection.consent;

import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.Binding;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.oauth.Revocation;
import dev.oauthconnection.oauth.TokenAnswer;
import dev.oauthconnection.observe.Events;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Grants that nobody wants any more: another consent was first, or the ID token was not for us. Such a grant is revoked at the provider
 * only where a revocation ends the token alone. Where it would end the whole consent of user and client, the grant that is in use
 * included, it is forgotten. An event says which.
 */
public final class LateGrants {
    private final Revoker revoker;
    private final Events events;

    public LateGrants(Revoker revoker, Events events) {
        this.revoker = revoker;
        this.events = events;
    }

    /** The port through which a token is revoked; {@link Revocation#revoke} is behind it. */
    @FunctionalInterface
    public interface Revoker {
        Revocation.Outcome revoke(
                URI endpoint,
                Client client,
                ClientAuthentication authentication,
                String token,
                Revocation.TokenType type);
    }

    void dispose(Offer.Open offer, TokenAnswer answer, Reason reason, String why) {
        events.warn(offer.connection(), reason, why + " " + fate(offer, answer.refreshToken()));
    }

    private String fate(Offer.Open offer, @Nullable String refreshToken) {
        if (refreshToken == null) {
            return "It brought no refresh token.";
        }
        return switch (offer.provider().revocationEnds()) {
            case Consent ->
                "Its refresh token was forgotten, not revoked, because a revocation at "
                        + offer.provider().name() + " may end the grant in use as well.";
            case Token -> revoke(offer, refreshToken);
        };
    }

    private String revoke(Offer.Open offer, String refreshToken) {
        Binding binding = offer.binding();
        URI endpoint = binding.revocationEndpoint();
        if (endpoint == null) {
            return "Its refresh token was forgotten; the provider has no revocation endpoint.";
        }
        Revocation.Outcome outcome = revoker.revoke(
                endpoint,
                offer.client(),
                binding.clientAuthentication(),
                refreshToken,
                Revocation.TokenType.refresh_token);
        return switch (outcome) {
            case Revocation.Outcome.Confirmed() -> "Its refresh token was revoked.";
            case Revocation.Outcome.Failed failed ->
                "Its refresh token was forgotten, and its revocation failed: " + failed.why() + ".";
        };
    }
}

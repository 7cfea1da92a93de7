package dev.oauthconnection.consent;

import dev.oauthconnection.oauth.IdTokens;
import org.jspecify.annotations.Nullable;

/** The port through which an ID token is validated; {@link IdTokens#validate} is behind it. */
@FunctionalInterface
public interface IdTokenCheck {
    IdTokens.Result validate(
            String idToken, String issuer, IdTokens.KeySource keys, String clientId, @Nullable String nonce);
}

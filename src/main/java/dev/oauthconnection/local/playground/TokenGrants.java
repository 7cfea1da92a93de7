package dev.oauthconnection.local.playground;

import dev.oauthconnection.local.playground.Ledger.Access;
import dev.oauthconnection.local.playground.Ledger.Code;
import dev.oauthconnection.local.playground.Ledger.Family;
import dev.oauthconnection.local.playground.Ledger.State;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The grants of the token endpoint (RFC 6749, sections 4.1.3, 4.4.2 and 6). Refresh tokens rotate at every use, and one that was used
 * before ends its whole family (RFC 9700, section 4.14.2). Nothing is answered before it is stored.
 */
final class TokenGrants {
    private static final Duration REFRESH_TOKEN_LIFETIME = Duration.ofDays(30);
    private static final String REFRESH_PREFIX = "pgr_";

    private final Ledger ledger;
    private final IdTokens idTokens;
    private final InstantSource clock;

    TokenGrants(Ledger ledger, IdTokens idTokens, InstantSource clock) {
        this.ledger = ledger;
        this.idTokens = idTokens;
        this.clock = clock;
    }

    /** What a change of the ledger came to: an error, too, may have changed it. */
    private sealed interface Outcome {
        record Answer(Map<String, Object> fields) implements Outcome {}

        record Refused(OAuthError error) implements Outcome {}
    }

    /**
     * Answers a token request of an authenticated client.
     *
     * @throws OAuthError as RFC 6749, section 5.2, has it
     */
    Map<String, Object> answer(PlaygroundClient client, String grantType, Parameters form) {
        if (!Set.of("authorization_code", "refresh_token", "client_credentials").contains(grantType)) {
            throw new OAuthError(400, "unsupported_grant_type", "the playground does not know this grant_type");
        }
        if (!client.may(grantType)) {
            throw new OAuthError(400, "unauthorized_client", "this client may not use the grant_type " + grantType);
        }
        Outcome outcome =
                switch (grantType) {
                    case "authorization_code" -> redeemCode(client, form);
                    case "refresh_token" -> refresh(client, form);
                    default -> clientCredentials(client, form);
                };
        return switch (outcome) {
            case Outcome.Answer answer -> answer.fields();
            case Outcome.Refused refused -> throw refused.error();
        };
    }

    private Outcome clientCredentials(PlaygroundClient client, Parameters form) {
        List<String> scopes = form.scopes(client.scopes(), client.scopes());
        return ledger.change(state -> new Outcome.Answer(bearer(state, client, scopes, null)));
    }

    private Outcome redeemCode(PlaygroundClient client, Parameters form) {
        String hash = Secrets.hash(form.need("code"));
        String redirectUri = form.need("redirect_uri");
        String challenge = Secrets.hash(form.need("code_verifier"));
        return ledger.change(state -> {
            Code code = state.codes().get(hash);
            if (code == null || !code.clientId().equals(client.id())) {
                return refused("the code is unknown");
            }
            if (code.family() != null) {
                state.revoke(code.family());
                return refused("the code was used before; what it gave is revoked");
            }
            if (!clock.instant().isBefore(code.expiresAt())) {
                return refused("the code lapsed");
            }
            if (!code.redirectUri().equals(redirectUri)) {
                return refused("redirect_uri is not the authorization request's");
            }
            if (!Secrets.same(code.challenge(), challenge)) {
                return refused("code_verifier does not match the code_challenge");
            }
            return redeemed(state, client, hash, code);
        });
    }

    private Outcome redeemed(State state, PlaygroundClient client, String hash, Code code) {
        String family = Secrets.random();
        state.codes().put(hash, code.redeemedAs(family));
        Map<String, Object> fields = bearer(state, client, code.scopes(), family);
        if (client.may("refresh_token")) {
            fields.put("refresh_token", nextRefreshToken(state, client, family, code.scopes(), code.authenticatedAt()));
        }
        addIdToken(fields, client, code.scopes(), code.nonce(), code.authenticatedAt());
        return new Outcome.Answer(fields);
    }

    private Outcome refresh(PlaygroundClient client, Parameters form) {
        String token = form.need("refresh_token");
        String id = familyOf(token);
        return ledger.change(state -> {
            Family family = id == null ? null : state.families().get(id);
            if (id == null || family == null || !family.clientId().equals(client.id())) {
                return refused("the refresh token is unknown, lapsed or revoked");
            }
            if (!Secrets.same(family.current(), Secrets.hash(token))) {
                state.revoke(id);
                return refused("the refresh token was used before; its whole family is revoked");
            }
            List<String> scopes = form.scopes(family.scopes(), family.scopes());
            Map<String, Object> fields = bearer(state, client, scopes, id);
            fields.put("refresh_token", nextRefreshToken(state, client, id, family.scopes(), family.authenticatedAt()));
            addIdToken(fields, client, scopes, null, family.authenticatedAt());
            return new Outcome.Answer(fields);
        });
    }

    /** Ends what {@code token} belongs to (RFC 7009, section 2.1): a refresh token ends its family, an access token itself. */
    void revoke(PlaygroundClient client, String token) {
        String id = familyOf(token);
        String hash = Secrets.hash(token);
        boolean foreign = ledger.change(state -> {
            Family family = id == null ? null : state.families().get(id);
            if (id != null && family != null) {
                if (family.clientId().equals(client.id())) {
                    state.revoke(id);
                    return false;
                }
                return true;
            }
            Access access = state.access().get(hash);
            if (access != null && !access.clientId().equals(client.id())) {
                return true;
            }
            state.access().remove(hash);
            return false;
        });
        if (foreign) {
            throw OAuthError.invalidGrant("the token was issued to another client");
        }
    }

    /** The access token's record, or null when it is unknown, lapsed or revoked. */
    @Nullable
    Access access(String token) {
        Access access = ledger.read().access().get(Secrets.hash(token));
        return access == null || !clock.instant().isBefore(access.expiresAt()) ? null : access;
    }

    private Map<String, Object> bearer(
            State state, PlaygroundClient client, List<String> scopes, @Nullable String family) {
        String token = "pga_" + Secrets.random();
        state.access()
                .put(
                        Secrets.hash(token),
                        new Access(client.id(), scopes, family, clock.instant().plus(client.lifetime())));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("access_token", token);
        fields.put("token_type", "Bearer");
        fields.put("expires_in", client.lifetime().toSeconds());
        fields.put("scope", String.join(" ", scopes));
        return fields;
    }

    private String nextRefreshToken(
            State state, PlaygroundClient client, String family, List<String> scopes, Instant authenticatedAt) {
        String token = REFRESH_PREFIX + family + "." + Secrets.random();
        Instant expiresAt = clock.instant().plus(REFRESH_TOKEN_LIFETIME);
        state.families().put(family, new Family(client.id(), scopes, Secrets.hash(token), authenticatedAt, expiresAt));
        return token;
    }

    private void addIdToken(
            Map<String, Object> fields,
            PlaygroundClient client,
            List<String> scopes,
            @Nullable String nonce,
            Instant authenticatedAt) {
        if (scopes.contains("openid")) {
            Instant now = clock.instant();
            fields.put(
                    "id_token", idTokens.issue(client.id(), nonce, authenticatedAt, now, now.plus(client.lifetime())));
        }
    }

    /** The family that a refresh token names, so that a used one is known without a list of all that were ever given. */
    private static @Nullable String familyOf(String token) {
        int dot = token.indexOf('.');
        return token.startsWith(REFRESH_PREFIX) && dot > 0 ? token.substring(REFRESH_PREFIX.length(), dot) : null;
    }

    private static Outcome refused(String description) {
        return new Outcome.Refused(OAuthError.invalidGrant(description));
    }
}

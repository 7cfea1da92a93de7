package dev.oauthconnection.local.playground;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Signs ID tokens (OpenID Connect Core, section 2) with RS256. */
final class IdTokens {
    /** The one person who lives in the playground. */
    static final String SUBJECT = "visitor";

    private final String issuer;
    private final RSAKey key;

    IdTokens(String issuer, String signingKey) {
        this.issuer = issuer;
        try {
            this.key = RSAKey.parse(signingKey);
        } catch (ParseException e) {
            // Nimbus may quote the key.
            throw new IllegalStateException(
                    "the playground's signing key cannot be read: delete its state to begin anew");
        }
    }

    /** A new key as a JSON Web Key. */
    static String newSigningKey() {
        try {
            return new RSAKeyGenerator(2048)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.RS256)
                    .keyIDFromThumbprint(true)
                    .generate()
                    .toJSONString();
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java runtime can make an RSA key", e);
        }
    }

    /** The public half (RFC 7517, section 5). */
    Map<String, Object> jwks() {
        return new JWKSet(key.toPublicJWK()).toJSONObject();
    }

    /** An ID token; {@code nonce} is null for one that comes with a refresh (OpenID Connect Core, section 12.2). */
    String issue(String clientId, @Nullable String nonce, Instant authenticatedAt, Instant now, Instant expiresAt) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject(SUBJECT)
                .audience(clientId)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(expiresAt))
                .claim("auth_time", authenticatedAt.getEpochSecond());
        if (nonce != null) {
            claims.claim("nonce", nonce);
        }
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .type(JOSEObjectType.JWT)
                        .keyID(key.getKeyID())
                        .build(),
                claims.build());
        try {
            jwt.sign(new RSASSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("the playground could not sign an ID token", e);
        }
        return jwt.serialize();
    }
}

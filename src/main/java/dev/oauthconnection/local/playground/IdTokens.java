package dev.oauthconnection.local.playground;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Signs ID tokens (OpenID Connect Core, section 2) with ES256, whose key is made in a moment at the first start. */
final class IdTokens {
    /** The one person who lives in the playground. */
    static final String SUBJECT = "visitor";

    private final String issuer;
    private final ECKey key;

    IdTokens(String issuer, String signingKey) {
        this.issuer = issuer;
        try {
            this.key = ECKey.parse(signingKey);
        } catch (ParseException e) {
            // Nimbus may quote the key.
            throw new IllegalStateException(
                    "the playground's signing key cannot be read: delete its state to begin anew");
        }
    }

    /** A new key as a JSON Web Key. */
    static String newSigningKey() {
        try {
            return new ECKeyGenerator(Curve.P_256)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.ES256)
                    .keyIDFromThumbprint(true)
                    .generate()
                    .toJSONString();
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java runtime can make a P-256 key", e);
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
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(JOSEObjectType.JWT)
                        .keyID(key.getKeyID())
                        .build(),
                claims.build());
        try {
            jwt.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("the playground could not sign an ID token", e);
        }
        return jwt.serialize();
    }
}

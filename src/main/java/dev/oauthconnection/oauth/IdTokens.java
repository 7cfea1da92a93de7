package dev.oauthconnection.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.oauthconnection.network.Trust;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Validates ID tokens (OpenID Connect Core, section 3.1.3.7): signature, issuer, audience, authorized party, nonce and expiry. */
public final class IdTokens {
    /** How far our clock and the issuer's may be apart. */
    public static final Duration CLOCK_SKEW = Duration.ofSeconds(60);

    private static final int LONGEST_SUBJECT = 255;

    /** Asymmetric alone: an unsigned token proves nothing, and one signed with the client secret lets each holder of it sign. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    /** Whether an ID token is to be believed. Messages are for a user and hold nothing of the token but issuer, audience and algorithm. */
    public sealed interface Result {
        /** It is. */
        record Valid(String subject) implements Result {}

        /** It is not. */
        record Invalid(String message) implements Result {}

        /** Nobody knows right now: the issuer's keys cannot be read. Worth another try. */
        record KeysUnavailable(String message) implements Result {}
    }

    /**
     * Where an issuer's keys are (RFC 7517, section 5).
     *
     * @param trust whose certificates are believed there
     */
    public record KeySource(URI uri, Trust trust) {}

    private final Jwks jwks;
    private final InstantSource clock;

    public IdTokens(BoundedHttp http, InstantSource clock) {
        this.jwks = new Jwks(http, clock);
        this.clock = clock;
    }

    /** Validates a token that comes with the answer to an authorization code, now. */
    public Result validate(String idToken, String issuer, KeySource keys, String clientId, @Nullable String nonce) {
        return validate(idToken, issuer, keys, clientId, nonce, clock.instant());
    }

    /**
     * Validates a token.
     *
     * @param issuer the provider's issuer identifier
     * @param keys where the issuer's keys are
     * @param nonce of the authorization request; null for a token that came with a refresh, which need not repeat it
     * @param receivedAt when it came: an ID token says who somebody was then, and may lapse long before the access token beside it
     */
    public Result validate(
            String idToken,
            String issuer,
            KeySource keys,
            String clientId,
            @Nullable String nonce,
            Instant receivedAt) {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                ALGORITHMS, (selector, context) -> jwks.select(keys.uri(), keys.trust(), selector)));
        processor.setJWTClaimsSetVerifier(new Claims(issuer, clientId, nonce, receivedAt));
        try {
            return new Result.Valid(processor.process(idToken, null).getSubject());
        } catch (RemoteKeySourceException e) {
            return new Result.KeysUnavailable("The ID token cannot be validated: " + text(e));
        } catch (ParseException e) {
            return new Result.Invalid("The ID token is not a JWT.");
        } catch (BadJOSEException | JOSEException | IllegalArgumentException e) {
            return new Result.Invalid("The ID token is not valid: " + text(e));
        }
    }

    private static String text(Exception e) {
        @Nullable String message = e.getMessage();
        return ProviderText.clean(message == null ? "no reason given" : message);
    }

    private final class Claims extends DefaultJWTClaimsVerifier<SecurityContext> {
        private final String clientId;
        private final @Nullable String nonce;
        private final Instant receivedAt;

        Claims(String issuer, String clientId, @Nullable String nonce, Instant receivedAt) {
            super(clientId, new JWTClaimsSet.Builder().issuer(issuer).build(), Set.of("sub", "aud", "exp", "iat"));
            this.clientId = clientId;
            this.nonce = nonce;
            this.receivedAt = receivedAt;
            setMaxClockSkew((int) CLOCK_SKEW.toSeconds());
        }

        @Override
        protected Date currentTime() {
            return Date.from(receivedAt);
        }

        @Override
        public void verify(JWTClaimsSet claims, @Nullable SecurityContext context) throws BadJWTException {
            super.verify(claims, context);
            // Not left to the superclass, whose message shows the nonce that it expected.
            if (nonce != null && !nonce.equals(claims.getClaim("nonce"))) {
                throw new BadJWTException("its nonce is not the one of the authorization request");
            }
            @Nullable Object authorizedParty = claims.getClaim("azp");
            List<String> audience = claims.getAudience();
            if (audience.size() > 1 && authorizedParty == null) {
                throw new BadJWTException("it is for several clients and names no authorized party (azp)");
            }
            if (authorizedParty != null && !authorizedParty.equals(clientId)) {
                throw new BadJWTException("its authorized party (azp) is another client");
            }
            // OpenID Connect Core, section 2; it is stored, and shown.
            if (String.valueOf(claims.getSubject()).length() > LONGEST_SUBJECT) {
                throw new BadJWTException("its subject is longer than " + LONGEST_SUBJECT + " characters");
            }
            if (String.valueOf(claims.getSubject()).isBlank()) {
                throw new BadJWTException("its subject is empty");
            }
        }
    }
}

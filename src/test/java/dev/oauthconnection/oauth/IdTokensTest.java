package dev.oauthconnection.oauth;

import static dev.oauthconnection.oauth.ScriptedServer.http;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.oauthconnection.network.Networks;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.oauth.IdTokens.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IdTokensTest {
    private static final String ISSUER = "https://issuer.example";

    private final ECKey key = key("k1");
    private volatile String keys = http(200, "", new JWKSet(key.toPublicJWK()).toString());
    private final ScriptedServer server = new ScriptedServer((request, out) -> {
        out.write(keys.getBytes(StandardCharsets.UTF_8));
        return false;
    });
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final IdTokens idTokens = new IdTokens(new BoundedHttp(Networks.open(), Duration.ofSeconds(5)), () -> now);
    private JWTClaimsSet claims = new JWTClaimsSet.Builder().build();

    @BeforeEach
    void a_good_token() {
        claims = new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .subject("alice")
                .audience("app")
                .claim("nonce", "n-1")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(600)))
                .build();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private static ECKey key(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sign(ECKey key, JWTClaimsSet claims) throws JOSEException {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims);
        jwt.sign(new ECDSASigner(key));
        return jwt.serialize();
    }

    private IdTokens.KeySource keys() {
        return new IdTokens.KeySource(server.uri("/jwks"), Trust.SYSTEM);
    }

    private Result validate(String token) {
        return idTokens.validate(token, ISSUER, keys(), "app", "n-1");
    }

    private String refused(UnaryOperator<JWTClaimsSet.Builder> change) throws JOSEException {
        Result result = validate(
                sign(key, change.apply(new JWTClaimsSet.Builder(claims)).build()));
        assertThat(result).isInstanceOf(Result.Invalid.class);
        return ((Result.Invalid) result).message();
    }

    @Test
    void a_good_token_tells_its_subject() throws JOSEException {
        assertThat(validate(sign(key, claims))).isEqualTo(new Result.Valid("alice"));
    }

    @Test
    void a_token_without_the_nonce_is_good_after_a_refresh() throws JOSEException {
        String token =
                sign(key, new JWTClaimsSet.Builder(claims).claim("nonce", null).build());
        assertThat(idTokens.validate(token, ISSUER, keys(), "app", null)).isEqualTo(new Result.Valid("alice"));
    }

    @Test
    void another_issuer_is_refused() throws JOSEException {
        assertThat(refused(claim -> claim.issuer("https://evil.example"))).contains("iss");
    }

    @Test
    void a_subject_longer_than_the_specification_allows_is_refused() throws JOSEException {
        assertThat(refused(claim -> claim.subject("s".repeat(256)))).contains("its subject is longer than 255");
    }

    @Test
    void another_audience_is_refused() throws JOSEException {
        assertThat(refused(claim -> claim.audience("other"))).contains("aud");
    }

    @Test
    void another_nonce_is_refused_and_the_right_one_not_shown() throws JOSEException {
        assertThat(refused(claim -> claim.claim("nonce", "n-2")))
                .contains("nonce")
                .doesNotContain("n-1");
    }

    @Test
    void a_missing_nonce_is_refused() throws JOSEException {
        assertThat(refused(claim -> claim.claim("nonce", null))).contains("nonce");
    }

    @Test
    void a_missing_subject_is_refused() throws JOSEException {
        assertThat(refused(claim -> claim.subject(null))).contains("sub");
    }

    @Test
    void a_token_for_several_clients_must_name_this_one_as_authorized() throws JOSEException {
        assertThat(refused(claim -> claim.audience(List.of("app", "other")))).contains("azp");
        assertThat(refused(claim -> claim.claim("azp", "other"))).contains("azp");
    }

    @Test
    void a_token_that_came_with_a_refresh_is_judged_by_the_time_it_came() throws JOSEException {
        Instant receivedAt = now;
        String token = sign(key, claims);
        now = now.plusSeconds(3600);

        assertThat(idTokens.validate(token, ISSUER, keys(), "app", null, receivedAt))
                .isEqualTo(new Result.Valid("alice"));
        assertThat(idTokens.validate(token, ISSUER, keys(), "app", null, now)).isInstanceOf(Result.Invalid.class);
    }

    @Test
    void expiry_is_judged_with_a_minute_of_skew() throws JOSEException {
        String token = sign(key, claims);
        now = now.plusSeconds(600 + 59);
        assertThat(validate(token)).isInstanceOf(Result.Valid.class);
        now = now.plusSeconds(2);
        assertThat(validate(token)).isInstanceOf(Result.Invalid.class);
    }

    @Test
    void an_unsigned_token_is_refused() {
        assertThat(validate(new PlainJWT(claims).serialize())).isInstanceOf(Result.Invalid.class);
    }

    @Test
    void a_token_signed_with_a_shared_secret_is_refused() throws JOSEException {
        SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        jwt.sign(new MACSigner("0123456789abcdef0123456789abcdef"));
        assertThat(validate(jwt.serialize())).isInstanceOf(Result.Invalid.class);
    }

    @Test
    void a_token_signed_by_another_key_of_the_same_id_is_refused() throws JOSEException {
        assertThat(validate(sign(key("k1"), claims))).isInstanceOf(Result.Invalid.class);
    }

    @Test
    void what_is_no_jwt_is_refused() {
        assertThat(validate("nonsense")).isEqualTo(new Result.Invalid("The ID token is not a JWT."));
    }

    @Test
    void keys_are_read_once_an_hour() throws JOSEException {
        validate(sign(key, claims));
        validate(sign(key, claims));
        assertThat(server.requests()).hasSize(1);
        now = now.plus(Jwks.GOOD_FOR);
        validate(sign(key, claims));
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void a_rotated_key_is_found_and_a_forged_key_id_asks_at_most_once_a_minute() throws JOSEException {
        validate(sign(key, claims));
        ECKey next = key("k2");
        keys = http(200, "", new JWKSet(next.toPublicJWK()).toString());
        now = now.plus(Jwks.LOOKED_AGAIN_AFTER);
        assertThat(validate(sign(next, claims))).isInstanceOf(Result.Valid.class);
        assertThat(validate(sign(key("forged"), claims))).isInstanceOf(Result.Invalid.class);
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void keys_that_cannot_be_read_leave_it_undecided() throws JOSEException {
        keys = http(503, "", "");
        assertThat(validate(sign(key, claims)))
                .isEqualTo(new Result.KeysUnavailable(
                        "The ID token cannot be validated: the issuer's keys cannot be read: 127.0.0.1 answered 503"));
    }
}

package dev.oauthconnection.operator;

import static dev.oauthconnection.operator.ScriptedProvider.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.consent.Begin;
import dev.oauthconnection.consent.Completion;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** ID tokens on their way to the token Secret: only what was validated gets there. */
class IdTokenIT extends OnOperatorWorld {
    private static final String SCOPES = "scopes: [openid]";

    private final ECKey key = key("k1");

    private static ECKey key(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The issuer is the scripted provider; one document is its metadata and its keys. */
    private void speaksOpenId() {
        metadata("\"keys\":[" + key.toPublicJWK().toJSONString() + "]");
        books.applyProviderSpec("""
                issuer: %s
                revocation: {ends: Token}
                """.formatted(issuer()));
    }

    private void metadata(String keys) {
        books.provider.metadata(
                "{\"issuer\":\"%1$s\",\"token_endpoint\":\"%1$s/token\",\"authorization_endpoint\":\"%1$s/authorize\",\"jwks_uri\":\"%1$s/keys\",%2$s}"
                        .formatted(issuer(), keys));
    }

    private String issuer() {
        return books.provider.uri("").toString();
    }

    private String idToken(String subject, @Nullable String nonce) throws JOSEException {
        return signed(key, subject, nonce);
    }

    private String signed(ECKey by, String subject, @Nullable String nonce) throws JOSEException {
        Instant now = world.clock.instant();
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(by.getKeyID()).build(),
                new JWTClaimsSet.Builder()
                        .issuer(issuer())
                        .subject(subject)
                        .audience("app")
                        .claim("nonce", nonce)
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plusSeconds(600)))
                        .build());
        jwt.sign(new ECDSASigner(by));
        return jwt.serialize();
    }

    private void nextIdToken(String idToken) {
        books.provider.next(json(200, books.provider.answer("\"expires_in\":3600,\"id_token\":\"" + idToken + "\"")));
    }

    /** Connected by the consent of alice, whose ID token is published. */
    private void consented() throws JOSEException {
        speaksOpenId();
        books.applyClient("app", LiveConnection.CLIENT_SECRET);
        books.applySpec("grantType: AuthorizationCode\n" + SCOPES);
        books.awaitCondition("Ready", "False", Reason.AwaitingConsent, "");
        Begin.Redirect begun = (Begin.Redirect) world.consents().begin("default", "books");
        Map<String, String> asked = Stream.of(
                        begun.authorizationRequest().getRawQuery().split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        nextIdToken(idToken("alice", asked.get("nonce")));
        assertThat(world.consents()
                        .complete(
                                Map.of(
                                        "state",
                                        List.of(String.valueOf(asked.get("state"))),
                                        "code",
                                        List.of("secret-code")),
                                begun.cookieValue()))
                .isInstanceOf(Completion.Granted.class);
        books.awaitToken(1).awaitReady();
    }

    private String published() {
        String idToken = books.tokenSecret().orElseThrow().getData().get("id_token");
        return idToken == null ? "" : LiveConnection.decoded(idToken);
    }

    private List<String> events() {
        return world.client.v1().events().inNamespace("default").list().getItems().stream()
                .map(event -> event.getMessage())
                .filter(said -> said.contains("ID token"))
                .toList();
    }

    @Test
    void a_provider_without_an_issuer_has_its_id_token_left_out_and_that_is_told_once() {
        nextIdToken("a.b.c");
        books.applied().awaitToken(1).awaitReady();
        assertThat(published()).isEmpty();

        nextIdToken("d.e.f");
        books.requestRefresh("1");
        books.awaitToken(2).awaitReady();

        assertThat(published()).isEmpty();
        books.awaitNotStalled();
        assertThat(events()).singleElement().asString().contains("set spec.issuer");
    }

    @Test
    void a_token_that_is_delivered_again_without_its_provider_comes_without_its_id_token() throws JOSEException {
        consented();
        books.patch("{\"spec\":{\"provider\":{\"name\":\"nowhere\"}}}");
        books.awaitStalled(Reason.ProviderNotFound, "nowhere");
        world.deleteSecret("books");

        books.awaitToken(1);
        assertThat(published()).isEmpty();
    }

    @Test
    void the_id_token_of_a_refresh_for_the_same_subject_is_published() throws JOSEException {
        consented();
        assertThat(published()).isNotEmpty();
        String next = idToken("alice", null);
        nextIdToken(next);
        books.requestRefresh("1");

        books.awaitToken(2).awaitReady();
        assertThat(published()).isEqualTo(next);
    }

    @Test
    void of_an_answer_for_another_subject_nothing_is_published_and_its_refresh_token_is_kept() throws JOSEException {
        consented();
        String before = published();
        nextIdToken(idToken("mallory", null));
        books.requestRefresh("1");

        books.awaitStalled(Reason.AnswerInvalid, "for another subject than the consent was; nothing was published");
        assertThat(books.accessToken()).isEqualTo(books.provider.accessToken(1));
        assertThat(published()).isEqualTo(before);
        assertThat(books.kept()).containsExactly(books.provider.refreshToken(2));
    }

    @Test
    void of_an_answer_whose_id_token_somebody_else_signed_nothing_is_published() throws JOSEException {
        consented();
        nextIdToken(signed(key("k1"), "alice", null));
        books.requestRefresh("1");

        books.awaitStalled(Reason.AnswerInvalid, "The ID token is not valid");
        assertThat(books.accessToken()).isEqualTo(books.provider.accessToken(1));
        assertThat(books.kept()).containsExactly(books.provider.refreshToken(2));
    }

    @Test
    void while_the_keys_cannot_be_read_the_access_token_is_published_without_the_id_token() throws JOSEException {
        speaksOpenId();
        metadata("\"keys\":\"none\"");
        nextIdToken(idToken("alice", null));
        books.applyClient("app", LiveConnection.CLIENT_SECRET);
        world.secret("books-existing", Map.of("refresh_token", books.provider.refreshToken(0)));
        books.applySpec("existingGrant: {secretRef: {name: books-existing}}\n" + SCOPES);

        books.awaitToken(1).awaitReady();
        assertThat(published()).isEmpty();
    }
}

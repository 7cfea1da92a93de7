package dev.oauthconnection.local.playground;

import static dev.oauthconnection.local.playground.PlaygroundRig.assertError;
import static dev.oauthconnection.local.playground.PlaygroundRig.json;
import static dev.oauthconnection.local.playground.PlaygroundRig.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import dev.oauthconnection.files.PrivateFiles;
import dev.oauthconnection.local.http.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaygroundTest {
    private Path folder;
    private PlaygroundRig rig;

    @BeforeEach
    void start(@TempDir Path temporary) {
        folder = temporary;
        rig = new PlaygroundRig(temporary);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void its_discovery_document_is_one_that_a_strict_client_reads() throws Exception {
        OIDCProviderMetadata metadata = OIDCProviderMetadata.parse(
                rig.to("/.well-known/openid-configuration").get().body());
        assertThat(metadata.getIssuer()).isEqualTo(new Issuer(rig.playground.issuer()));
        assertThat(metadata.getTokenEndpointURI()).hasToString(rig.playground.issuer() + "/token");
        assertThat(metadata.supportsAuthorizationResponseIssuerParam()).isTrue();
        assertThat(rig.to("/.well-known/oauth-authorization-server").get().body())
                .isEqualTo(rig.to("/.well-known/openid-configuration").get().body());
    }

    @Test
    void its_id_tokens_are_validated_by_a_strict_client() throws Exception {
        rig.now = Instant.now();
        IDTokenClaimsSet claims =
                validator().validate(JWTParser.parse(text(rig.granted(), "id_token")), new Nonce("n-1"));
        assertThat(claims.getSubject().getValue()).isEqualTo("visitor");
    }

    @Test
    void the_id_token_of_a_refresh_has_no_nonce() throws Exception {
        rig.now = Instant.now();
        JsonNode refreshed = json(rig.refresh(text(rig.granted(), "refresh_token")));
        IDTokenClaimsSet claims = validator().validate(JWTParser.parse(text(refreshed, "id_token")), null);
        assertThat(claims.getNonce()).isNull();
    }

    @Test
    void its_keys_are_public_ones_only() throws Exception {
        JWKSet keys = JWKSet.parse(rig.to("/jwks").get().body());
        assertThat(keys.getKeys()).hasSize(1).noneMatch(key -> key.isPrivate());
    }

    @Test
    void a_refresh_token_works_after_a_restart() {
        JsonNode granted = rig.granted();
        rig.restart();
        assertThat(rig.refresh(text(granted, "refresh_token")).status()).isEqualTo(200);
    }

    @Test
    void an_access_token_works_after_a_restart() {
        String token = text(rig.granted(), "access_token");
        rig.restart();
        assertThat(rig.userinfo(token)).isEqualTo(200);
    }

    @Test
    void a_code_works_after_a_restart() {
        String code = rig.code();
        rig.restart();
        assertThat(rig.redeem(code).status()).isEqualTo(200);
    }

    @Test
    void a_used_refresh_token_is_known_after_a_restart() {
        String first = text(rig.granted(), "refresh_token");
        String second = text(json(rig.refresh(first)), "refresh_token");
        rig.restart();
        assertError(rig.refresh(first), 400, "invalid_grant");
        assertError(rig.refresh(second), 400, "invalid_grant");
    }

    @Test
    void issuer_and_keys_are_the_same_after_a_restart() {
        String issuer = rig.playground.issuer();
        String keys = rig.to("/jwks").get().body();
        rig.restart();
        assertThat(rig.playground.issuer()).isEqualTo(issuer);
        assertThat(rig.to("/jwks").get().body()).isEqualTo(keys);
    }

    @Test
    void nothing_is_answered_that_could_not_be_stored() throws IOException {
        String token = text(rig.granted(), "refresh_token");
        // A folder in the way of the temporary file lets every write fail.
        Path obstacle = Files.createDirectory(folder.resolve(PrivateFiles.TEMPORARY));
        Path inside = Files.createFile(obstacle.resolve("x"));
        assertThat(rig.refresh(token).status()).isEqualTo(500);
        Files.delete(inside);
        Files.delete(obstacle);
        assertThat(rig.refresh(token).status()).isEqualTo(200);
    }

    @Test
    void its_file_holds_no_token_and_only_its_owner_may_read_it() throws IOException {
        JsonNode granted = rig.granted();
        Path file = folder.resolve("playground.json");
        assertThat(Files.readString(file))
                .doesNotContain(text(granted, "refresh_token"))
                .doesNotContain(text(granted, "access_token"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void a_damaged_file_is_refused_with_what_to_do_and_without_its_content() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("playground.json"), "{\"signingKey\": \"very private");
        assertThatThrownBy(() -> Playground.start(new Playground.Settings(other, 0, List.of(), false), () -> rig.now))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Delete the file to begin anew")
                .hasMessageNotContaining("very private");
    }

    @Test
    void a_month_of_refreshes_does_not_grow_the_file() throws IOException {
        String token = text(rig.granted(), "refresh_token");
        long size = 0;
        for (int i = 0; i < 20; i++) {
            rig.pass(java.time.Duration.ofMinutes(20));
            token = text(json(rig.refresh(token)), "refresh_token");
            if (i == 1) {
                size = Files.size(folder.resolve("playground.json"));
            }
        }
        assertThat(Files.size(folder.resolve("playground.json"))).isLessThanOrEqualTo(size);
    }

    @Test
    void what_was_served_is_counted_without_secrets() {
        String refreshToken = text(rig.granted(), "refresh_token");
        rig.refresh(refreshToken);
        rig.refresh(refreshToken);
        rig.to("/token").post(Http.form("grant_type", "a-secret-by-mistake", "client_id", "another-one"));
        assertThat(rig.playground.served())
                .extracting(Served::grantType, Served::clientId, Served::outcome)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("authorization_code", "playground-app", "granted"),
                        org.assertj.core.groups.Tuple.tuple("refresh_token", "playground-app", "granted"),
                        org.assertj.core.groups.Tuple.tuple("refresh_token", "playground-app", "invalid_grant"),
                        org.assertj.core.groups.Tuple.tuple("unknown", "unknown", "invalid_client"));
    }

    @Test
    void userinfo_needs_a_token_of_a_person() {
        assertThat(rig.to("/userinfo").get().header("WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(rig.userinfo("pga_guessed")).isEqualTo(401);
        assertThat(rig.userinfo(text(json(rig.clientCredentials()), "access_token")))
                .isEqualTo(403);
    }

    private IDTokenValidator validator() throws Exception {
        return new IDTokenValidator(
                new Issuer(rig.playground.issuer()),
                new ClientID(PlaygroundClient.APP),
                JWSAlgorithm.ES256,
                JWKSet.parse(rig.to("/jwks").get().body()));
    }
}

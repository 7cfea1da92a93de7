package dev.oauthconnection.oauth;

import static dev.oauthconnection.oauth.ScriptedServer.http;
import static dev.oauthconnection.oauth.TokenRequestsForTests.aRefresh;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.network.Networks;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.testing.Authority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The certificates of a provider's bundle are believed by each kind of request to it, and only where they are named. */
class PrivateAuthorityTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Authority authority = new Authority();
    private final Trust bundle = Trust.systemAnd(authority.pem());
    private final BoundedHttp http = new BoundedHttp(Networks.open(), TIMEOUT);
    private volatile String body = "";
    private final ScriptedServer server = new ScriptedServer(authority.listener("127.0.0.1"), (request, out) -> {
        out.write(http(200, "", body).getBytes(StandardCharsets.UTF_8));
        return false;
    });

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void by_token_requests() {
        body = "{\"access_token\":\"at\"}";
        TokenEndpoint endpoint = new OkHttpTokenEndpoint(Networks.open(), TIMEOUT, InstantSource.system());
        assertThat(endpoint.send(
                        aRefresh().to(server.uri("/token")).trusting(bundle).build(), () -> true))
                .isInstanceOf(TokenOutcome.Granted.class);
        assertThat(endpoint.send(aRefresh().to(server.uri("/token")).build(), () -> true))
                .isInstanceOf(TokenOutcome.Unavailable.class);
    }

    @Test
    void by_revocations() {
        assertThat(revoke(bundle)).isInstanceOf(Revocation.Outcome.Confirmed.class);
        assertThat(revoke(Trust.SYSTEM)).isInstanceOf(Revocation.Outcome.Failed.class);
    }

    private Revocation.Outcome revoke(Trust trust) {
        return new Revocation(http)
                .revoke(
                        server.uri("/revoke"),
                        trust,
                        new Client("app", "s3cr3t"),
                        ClientAuthentication.Post,
                        "rt",
                        Revocation.TokenType.refresh_token);
    }

    @Test
    void by_the_list_of_accounts() {
        body = "[]";
        AccountsEndpoint accounts = new AccountsEndpoint(http);
        assertThat(accounts.list(server.uri("/connections"), bundle, "at"))
                .isInstanceOf(AccountsEndpoint.Result.Listed.class);
        assertThat(accounts.list(server.uri("/connections"), Trust.SYSTEM, "at"))
                .isInstanceOf(AccountsEndpoint.Result.Failed.class);
    }

    @Test
    void by_the_keys_of_id_tokens_which_are_kept_for_that_bundle_alone() throws RemoteKeySourceException {
        body = "{\"keys\":[]}";
        Jwks jwks = new Jwks(http, InstantSource.system());
        JWKSelector any = new JWKSelector(new JWKMatcher.Builder().build());
        assertThat(jwks.select(server.uri("/jwks"), bundle, any)).isEmpty();
        Assertions.assertThatThrownBy(() -> jwks.select(server.uri("/jwks"), Trust.SYSTEM, any))
                .isInstanceOf(RemoteKeySourceException.class);
    }
}

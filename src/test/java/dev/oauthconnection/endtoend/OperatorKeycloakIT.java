package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.Keycloak;
import dev.oauthconnection.testing.KeycloakRealm;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole path, all of it real: API server, operator process, and Keycloak with refresh tokens that work once. */
class OperatorKeycloakIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    @RegisterExtension
    static final Keycloak keycloak = new Keycloak();

    private static Installation installation;
    private static Replica replica;

    private KeycloakRealm realm;
    private Team team;

    @BeforeAll
    static void install() {
        installation = Installation.usual(api);
        replica = installation.start("--log-format=json");
    }

    @AfterAll
    static void uninstall() {
        if (installation != null) {
            installation.close();
        }
    }

    @BeforeEach
    void applyProviderAndClients() {
        realm = keycloak.newRealm(URI.create("http://127.0.0.1:" + replica.port() + "/callback"));
        team = Team.in(api);
        team.kubectl("apply", "-f", "crds/");
        team.apply("""
                apiVersion: oauthconnection.dev/v1alpha1
                kind: ClusterOAuthProvider
                metadata: {name: %s}
                spec: {issuer: "%s", refreshTokens: {rotation: Always}}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: books-app}
                stringData: {client_id: %s, client_secret: %s}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: reports-app}
                stringData: {client_id: %s, client_secret: %s}
                """.formatted(
                        realm.name(),
                        realm.issuer(),
                        KeycloakRealm.APP,
                        KeycloakRealm.CLIENT_SECRET,
                        KeycloakRealm.SERVICE,
                        KeycloakRealm.CLIENT_SECRET));
    }

    @AfterEach
    void deleteConnections() {
        team.kubectl("delete", "oauthconnection", "--all");
    }

    @Test
    void a_consent_at_the_login_page_gives_a_token_that_rotates_on_request_and_by_itself() {
        team.apply(booksConnection("books", ""));
        consentAtLoginPage("books");
        team.awaitReady("books");
        String first = team.awaitToken("books");
        assertThat(team.value("books", "id_token")).isNotEmpty();
        assertThat(team.status("books").orElseThrow().token().subject()).isNotEmpty();

        String token = first;
        for (int rotation = 1; rotation <= 3; rotation++) {
            token = team.awaitTokenOtherThan(token, "books");
        }
        long before = realm.count("REFRESH_TOKEN", KeycloakRealm.APP);
        team.annotate("books", "oauthconnection.dev/refresh-requested", "please");
        await().atMost(Team.PATIENCE)
                .until(() -> team.status("books").orElseThrow().handled() != null
                        && "please"
                                .equals(team.status("books")
                                        .orElseThrow()
                                        .handled()
                                        .refreshRequested()));
        team.awaitTokenOtherThan(token, "books");

        assertThat(before).isGreaterThanOrEqualTo(3);
        assertThat(realm.count("REFRESH_TOKEN", KeycloakRealm.APP)).isGreaterThan(before);
        assertThat(realm.count("REFRESH_TOKEN_ERROR", KeycloakRealm.APP)).isZero();
        assertThat(team.grant("books", installation.namespace()).epoch()).isGreaterThanOrEqualTo(5);
        team.awaitReason("books", "Ready", "TokenCurrent");
    }

    @Test
    void a_revocation_on_request_ends_the_session_at_keycloak() {
        team.apply(booksConnection("books", ""));
        consentAtLoginPage("books");
        team.awaitReady("books");
        Grant grant = team.grant("books", installation.namespace());
        String refreshToken = grant.candidates().getFirst().token();
        assertThat(realm.sessions()).isEqualTo(1);

        team.annotate("books", "oauthconnection.dev/revoke-requested", "please");
        team.awaitReason("books", "Stalled", "Revoked");

        assertThat(team.status("books").orElseThrow().handled().revokeRequested())
                .isEqualTo("please");
        assertThat(realm.sessions()).isZero();
        assertThat(realm.refresh(refreshToken).path("error").asText()).isEqualTo("invalid_grant");
        assertThat(team.value("books", "access_token")).isEmpty();
        assertThat(team.grant("books", installation.namespace()).candidates()).isEmpty();
    }

    @Test
    void client_credentials_give_a_token_without_anybody() {
        team.apply("""
                apiVersion: oauthconnection.dev/v1alpha1
                kind: OAuthConnection
                metadata: {name: reports}
                spec:
                  provider: {name: %s}
                  grantType: ClientCredentials
                  client: {secretRef: {name: reports-app}}
                """.formatted(realm.name()));
        team.awaitReady("reports");
        team.awaitTokenOtherThan(team.awaitToken("reports"), "reports");
        assertThat(realm.count("CLIENT_LOGIN", KeycloakRealm.SERVICE)).isGreaterThanOrEqualTo(2);
    }

    @Test
    void a_refresh_token_from_elsewhere_is_taken_over_and_rotated() {
        String refreshToken = realm.refreshTokenFromElsewhere();
        team.apply("""
                apiVersion: v1
                kind: Secret
                metadata: {name: from-elsewhere}
                stringData: {refresh_token: "%s"}
                """.formatted(refreshToken));
        team.apply(booksConnection("books", ", existingGrant: {secretRef: {name: from-elsewhere}}"));
        team.awaitReady("books");
        team.awaitTokenOtherThan(team.awaitToken("books"), "books");
        // Strict to the end: using the old one again must be refused, and Keycloak then ends the session.
        assertThat(realm.refresh(refreshToken).path("error").asText()).isEqualTo("invalid_grant");
    }

    private String booksConnection(String name, String more) {
        return """
                apiVersion: oauthconnection.dev/v1alpha1
                kind: OAuthConnection
                metadata: {name: %s}
                spec: {provider: {name: %s}, client: {secretRef: {name: books-app}}, scopes: [openid, profile]%s}
                """.formatted(name, realm.name(), more);
    }

    private void consentAtLoginPage(String connection) {
        FormBrowser browser = team.beginConsent(connection);
        browser.submit(Map.of("username", KeycloakRealm.USER, "password", KeycloakRealm.PASSWORD));
        assertThat(browser.page()).contains("has its grant");
    }
}

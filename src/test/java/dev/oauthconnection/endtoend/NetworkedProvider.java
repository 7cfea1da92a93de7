package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.testing.Authority;
import dev.oauthconnection.testing.Keycloak;
import dev.oauthconnection.testing.KeycloakRealm;
import dev.oauthconnection.testing.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** A Keycloak on this machine as pods reach it: by TLS of a private authority, at an address that is not public, over a slow wire if need be. */
record NetworkedProvider(Authority authority, Wire wire, Keycloak.OnNetwork keycloak, KeycloakRealm realm)
        implements AutoCloseable {
    static NetworkedProvider start(String host, URI redirectUri) {
        try {
            Authority authority = new Authority();
            ServerSocket entrance = new ServerSocket(0, 50, InetAddress.getByName(host));
            URI issuers = URI.create("https://" + host + ":" + entrance.getLocalPort());
            Keycloak.OnNetwork keycloak = Keycloak.OnNetwork.start(host, authority, issuers);
            Wire wire = Wire.to(new InetSocketAddress(host, keycloak.tlsPort()), entrance);
            return new NetworkedProvider(authority, wire, keycloak, keycloak.newRealm(redirectUri, issuers));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The provider, its authority's certificate in the operator's namespace, and the client of a team. */
    String manifests(String operatorNamespace) {
        return """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: company-authority, namespace: %s}
                data:
                  ca.crt: |
                %s
                ---
                apiVersion: oauthconnection.dev/v1alpha1
                kind: ClusterOAuthProvider
                metadata: {name: %s}
                spec:
                  issuer: "%s"
                  refreshTokens: {rotation: Always}
                  caBundle: {configMapRef: {namespace: %s, name: company-authority}}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: books-app}
                stringData: {client_id: %s, client_secret: %s}
                """.formatted(
                        operatorNamespace,
                        authority.pem().indent(4).stripTrailing(),
                        realm.name(),
                        realm.issuer(),
                        operatorNamespace,
                        KeycloakRealm.APP,
                        KeycloakRealm.CLIENT_SECRET);
    }

    String connection(String name) {
        return """
                apiVersion: oauthconnection.dev/v1alpha1
                kind: OAuthConnection
                metadata: {name: %s}
                spec: {provider: {name: %s}, client: {secretRef: {name: books-app}}, scopes: [openid, profile]}
                """.formatted(name, realm.name());
    }

    /** The user's way through our pages and Keycloak's. */
    void consent(Team team, String connection) {
        FormBrowser browser = team.beginConsent(connection, authority);
        browser.submit(Map.of("username", KeycloakRealm.USER, "password", KeycloakRealm.PASSWORD));
        assertThat(browser.page()).contains("has its grant");
    }

    /** How long each piece of what it answers is held from now on. */
    void delayAnswers(Duration each) {
        wire.delayAnswers(each);
    }

    @Override
    public void close() {
        wire.close();
        keycloak.close();
    }
}

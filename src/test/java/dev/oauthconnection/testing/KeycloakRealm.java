package dev.oauthconnection.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A realm that is as strict as Keycloak can be: a refresh token works once and a second use ends its session. Access tokens are short.
 * It has one user, a confidential client for the code flow and one for client credentials.
 */
public record KeycloakRealm(KeycloakAdmin admin, URI issuers, String name) {
    public static final String APP = "books";
    public static final String SERVICE = "reports";
    public static final String CLIENT_SECRET = "the-clients-secret";
    public static final String USER = "alice";
    public static final String PASSWORD = "the-users-password";

    private static final AtomicInteger REALMS = new AtomicInteger();

    static KeycloakRealm create(KeycloakAdmin admin, URI issuers, URI redirectUri) {
        String name = "realm-" + REALMS.incrementAndGet();
        admin.post("", """
                {"realm": "%s", "enabled": true, "sslRequired": "none",
                 "revokeRefreshToken": true, "refreshTokenMaxReuse": 0, "accessTokenLifespan": 20,
                 "eventsEnabled": true,
                 "enabledEventTypes": ["REFRESH_TOKEN", "REFRESH_TOKEN_ERROR", "REVOKE_GRANT", "CLIENT_LOGIN", "CODE_TO_TOKEN"],
                 "clients": [
                   {"clientId": "%s", "secret": "%s", "redirectUris": ["%s"],
                    "standardFlowEnabled": true, "directAccessGrantsEnabled": true,
                    "attributes": {"pkce.code.challenge.method": "S256"}},
                   {"clientId": "%s", "secret": "%s", "serviceAccountsEnabled": true, "standardFlowEnabled": false}],
                 "users": [
                   {"username": "%s", "enabled": true, "email": "alice@example.com", "emailVerified": true,
                    "firstName": "Alice", "lastName": "Example",
                    "credentials": [{"type": "password", "value": "%s"}]}]}
                """.formatted(name, APP, CLIENT_SECRET, redirectUri, SERVICE, CLIENT_SECRET, USER, PASSWORD));
        return new KeycloakRealm(admin, issuers, name);
    }

    public String issuer() {
        return issuers + "/realms/" + name;
    }

    /** Access tokens of this realm live for so long from now on. */
    public void accessTokensLiveFor(Duration lifetime) {
        admin.put("/" + name, "{\"accessTokenLifespan\": %d}".formatted(lifetime.toSeconds()));
    }

    /** How often this happened to the client, by Keycloak's own account: REFRESH_TOKEN, REFRESH_TOKEN_ERROR, REVOKE_GRANT, ... */
    public long count(String event, String client) {
        return admin.get("/" + name + "/events?max=1000&type=" + event + "&client=" + client)
                .size();
    }

    /** How many sessions the user has. */
    public int sessions() {
        String id = admin.get("/" + name + "/users?username=" + USER)
                .path(0)
                .path("id")
                .asText();
        return admin.get("/" + name + "/users/" + id + "/sessions").size();
    }

    /** A refresh token that was obtained elsewhere: by the user's password. */
    public String refreshTokenFromElsewhere() {
        return token(Map.of("grant_type", "password", "username", USER, "password", PASSWORD))
                .path("refresh_token")
                .asText();
    }

    /** What the token endpoint says to this refresh token; a success spends it. */
    public JsonNode refresh(String refreshToken) {
        return token(Map.of("grant_type", "refresh_token", "refresh_token", refreshToken));
    }

    private JsonNode token(Map<String, String> fields) {
        Map<String, String> form = new java.util.HashMap<>(fields);
        form.put("client_id", APP);
        form.put("client_secret", CLIENT_SECRET);
        return admin.form("/realms/" + name + "/protocol/openid-connect/token", form);
    }
}

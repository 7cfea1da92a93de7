package dev.oauthconnection.oauth;

import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.network.Trust;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Builds token requests for tests. */
final class TokenRequestsForTests {
    static final String REFRESH_TOKEN = "rt-4f9a2c71e0b8";
    static final String SECRET = "s3cr3t-of-the/client+1";

    private URI endpoint = URI.create("http://127.0.0.1:1/token");
    private Trust trust = Trust.SYSTEM;
    private Client client = new Client("app", SECRET);
    private ClientAuthentication authentication = ClientAuthentication.Basic;
    private Set<Integer> notProcessed = Set.of(429, 503);
    private Map<String, String> headers = Map.of();

    static TokenRequestsForTests aRefresh() {
        return new TokenRequestsForTests();
    }

    TokenRequestsForTests to(URI endpoint) {
        this.endpoint = endpoint;
        return this;
    }

    TokenRequestsForTests trusting(Trust trust) {
        this.trust = trust;
        return this;
    }

    TokenRequestsForTests by(Client client, ClientAuthentication authentication) {
        this.client = client;
        this.authentication = authentication;
        return this;
    }

    TokenRequestsForTests withHeaders(Map<String, String> headers) {
        this.headers = headers;
        return this;
    }

    TokenRequestsForTests notProcessedBy(Set<Integer> statuses) {
        this.notProcessed = statuses;
        return this;
    }

    TokenRequest build() {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", REFRESH_TOKEN);
        return new TokenRequest(
                endpoint, trust, client, authentication, form, headers, notProcessed, Duration.ofHours(1));
    }
}

package dev.oauthconnection.consent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionSpec;
import dev.oauthconnection.api.OAuthConnectionSpec.ClientReference;
import dev.oauthconnection.api.OAuthConnectionSpec.ProviderReference;
import dev.oauthconnection.api.ProviderSpec.Pkce;
import dev.oauthconnection.api.ProviderSpec.RevocationEnds;
import dev.oauthconnection.api.ProviderSpec.Rotation;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.grant.GrantStore;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.oauth.IdTokens;
import dev.oauthconnection.oauth.Revocation;
import dev.oauthconnection.oauth.TokenAnswer;
import dev.oauthconnection.oauth.TokenOutcome;
import dev.oauthconnection.oauth.TokenRequest;
import dev.oauthconnection.observe.Events;
import dev.oauthconnection.provider.ClientResolution;
import dev.oauthconnection.provider.Clients;
import dev.oauthconnection.provider.Provider;
import dev.oauthconnection.provider.ProviderResolution;
import dev.oauthconnection.provider.Providers;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One connection, finance/books at the provider acme, over an API server in memory; provider and clock do what a test says. */
final class ConsentWorld {
    static final URI REDIRECT_URI = URI.create("https://connect.example/callback");
    static final String OPERATOR_NAMESPACE = "oauth-system";
    static final List<String> SCOPES = List.of("openid", "offline_access", "invoices");

    final KubernetesClient kubernetes;
    final MemoryGrants grants;
    final List<TokenRequest> sent = new CopyOnWriteArrayList<>();
    final List<String> revoked = new ArrayList<>();
    Instant now = Instant.parse("2026-03-01T09:00:00Z");
    Provider provider = provider(true, RevocationEnds.Consent);
    Client client = new Client("acme-app", "s3cret");
    TokenOutcome outcome = new TokenOutcome.Granted(answer("refresh-1"));
    Function<String, IdTokens.Result> idToken = nonce -> new IdTokens.Result.Valid("director");
    Revocation.Outcome revocation = new Revocation.Outcome.Confirmed();
    Runnable duringExchange = () -> {};
    final Set<String> underWay = ConcurrentHashMap.newKeySet();
    boolean stopping;

    ConsentWorld(KubernetesClient kubernetes) {
        this.kubernetes = kubernetes;
        this.grants = new MemoryGrants(() -> now);
        kubernetes
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("finance")
                        .endMetadata()
                        .build())
                .create();
        connect(SCOPES);
    }

    /** Applies the connection, as new as the API server takes it. */
    OAuthConnection connect(List<String> scopes) {
        OAuthConnection connection = new OAuthConnection();
        connection.setMetadata(new ObjectMetaBuilder()
                .withNamespace("finance")
                .withName("books")
                .build());
        connection.setSpec(spec(scopes));
        return kubernetes.resource(connection).create();
    }

    void change(List<String> scopes) {
        kubernetes
                .resources(OAuthConnection.class)
                .inNamespace("finance")
                .withName("books")
                .edit(connection -> {
                    connection.setSpec(spec(scopes));
                    return connection;
                });
    }

    void disconnect() {
        kubernetes
                .resources(OAuthConnection.class)
                .inNamespace("finance")
                .withName("books")
                .delete();
    }

    private static OAuthConnectionSpec spec(List<String> scopes) {
        return new OAuthConnectionSpec(
                new ProviderReference("acme"),
                null,
                new ClientReference(null, "acme-app"),
                scopes,
                null,
                null,
                null,
                null,
                null);
    }

    /** A replica of the operator: a service of its own over the same API server. */
    ConsentService replica() {
        Offers offers = new Offers(kubernetes, providers(), clients(), "oauthconnection-system");
        CodeExchange exchange = new CodeExchange(
                (request, mayStillSend) -> {
                    sent.add(request);
                    duringExchange.run();
                    return outcome;
                },
                (token, issuer, jwks, clientId, nonce) -> idToken.apply(nonce),
                () -> now);
        return new ConsentService(
                offers,
                attempts(),
                exchange,
                grants.newGrants(),
                lateGrants(),
                new UnderWay(),
                REDIRECT_URI,
                () -> now);
    }

    LateGrants lateGrants() {
        return new LateGrants(
                (endpoint, trust, who, authentication, token, type) -> {
                    revoked.add(token);
                    return revocation;
                },
                grants,
                grants.redemption(),
                providers(),
                clients(),
                () -> now,
                new Events(kubernetes, () -> now, "test"));
    }

    private Providers providers() {
        return name -> name.equals("acme")
                ? new ProviderResolution.Resolved(provider)
                : new ProviderResolution.NotFound("There is no provider " + name + ".");
    }

    private Clients clients() {
        return (connection, used) -> new ClientResolution.Resolved(client);
    }

    Attempts attempts() {
        return new Attempts(kubernetes, OPERATOR_NAMESPACE, () -> now);
    }

    Begin.Redirect begin() {
        Begin begun = replica().begin("finance", "books");
        assertThat(begun).isInstanceOf(Begin.Redirect.class);
        return (Begin.Redirect) begun;
    }

    Grant grant() {
        return stored().grant();
    }

    GrantStore.Stored stored() {
        String uid =
                kubernetes.namespaces().withName("finance").get().getMetadata().getUid();
        return grants.read(new GrantKey(uid, "finance", "books")).orElseThrow();
    }

    List<Secret> attemptSecrets() {
        return kubernetes
                .secrets()
                .inNamespace(OPERATOR_NAMESPACE)
                .withLabel(Names.ROLE, Names.ATTEMPT)
                .list()
                .getItems();
    }

    List<String> events() {
        return kubernetes.v1().events().inNamespace("finance").list().getItems().stream()
                .map(Event::getMessage)
                .toList();
    }

    private final class UnderWay implements Exchanges {
        @Override
        public boolean begin(String grantId) {
            return !stopping && underWay.add(grantId);
        }

        @Override
        public void end(String grantId) {
            underWay.remove(grantId);
        }
    }

    static TokenAnswer answer(String refreshToken) {
        return new TokenAnswer("access-1", "Bearer", Duration.ofHours(1), refreshToken, SCOPES, "id.to.ken");
    }

    static Provider provider(boolean issInResponse, RevocationEnds ends) {
        return provider(issInResponse, ends, URI.create("https://acme.example/jwks"));
    }

    static Provider provider(boolean issInResponse, RevocationEnds ends, @Nullable URI jwksUri) {
        return provider("https://acme.example", issInResponse, ends, jwksUri);
    }

    static Provider provider(
            @Nullable String issuer, boolean issInResponse, RevocationEnds ends, @Nullable URI jwksUri) {
        return new Provider(
                "acme",
                issuer,
                URI.create("https://acme.example/token"),
                URI.create("https://acme.example/authorize"),
                URI.create("https://acme.example/revoke"),
                jwksUri,
                null,
                Trust.SYSTEM,
                issInResponse,
                Pkce.S256,
                " ",
                "scope",
                List.of(),
                Map.of("prompt", "consent"),
                null,
                Map.of(),
                Map.of(),
                Duration.ofHours(1),
                Set.of(429, 503),
                new Provider.RefreshTokens(Rotation.Always, Duration.ZERO, true, null, false),
                ends,
                null);
    }

    static Map<String, String> query(URI uri) {
        return Arrays.stream(uri.getRawQuery().split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    /** What the provider answers to this request. */
    static Map<String, List<String>> granted(Begin.Redirect begun) {
        return Map.of(
                "state", List.of(state(begun)), "code", List.of("code-1"), "iss", List.of("https://acme.example"));
    }

    static String state(Begin.Redirect begun) {
        return String.valueOf(query(begun.authorizationRequest()).get("state"));
    }
}

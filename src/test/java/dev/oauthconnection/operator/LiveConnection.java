package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.ClusterOAuthProvider;
import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.Candidate;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantKey;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A connection in an {@link OperatorWorld}, as its author sees it, and the provider of its own that it talks to. */
final class LiveConnection {
    static final String CLIENT_SECRET = "secret-of-the-client";

    final OperatorWorld world;
    final String name;
    final ScriptedProvider provider;
    private String facts = "";

    LiveConnection(OperatorWorld world, String name, ScriptedProvider provider) {
        this.world = world;
        this.name = name;
        this.provider = provider;
    }

    static ConditionFactory soon() {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(Integer.getInteger("patience.seconds", 60)))
                .pollInterval(Duration.ofMillis(50));
    }

    /** @param refreshTokens what the applied provider says of them, as lines of YAML */
    LiveConnection whereRefreshTokens(String refreshTokens) {
        facts = "refreshTokens:\n" + refreshTokens.indent(2);
        return this;
    }

    /** Applies everything: provider, client, an existing grant, the connection. */
    LiveConnection applied() {
        return applied("grantType: AuthorizationCode");
    }

    /** @param more lines of the spec, in YAML */
    LiveConnection applied(String more) {
        applyProvider(provider);
        applyClient("app", CLIENT_SECRET);
        world.secret(name + "-existing", Map.of("refresh_token", provider.refreshToken(0)));
        applySpec("existingGrant: {secretRef: {name: " + name + "-existing}}\n" + more);
        return this;
    }

    /** Applied, and with its first token. */
    LiveConnection connected() {
        applied();
        return awaitToken(1);
    }

    /** The same without an existing grant: a person is asked. */
    LiveConnection awaitingConsent() {
        applyProvider(provider);
        applyClient("app", CLIENT_SECRET);
        applySpec("grantType: AuthorizationCode");
        awaitCondition("Ready", "False", Reason.AwaitingConsent, "");
        return this;
    }

    /** The same without an existing grant: client credentials. */
    LiveConnection service(String more) {
        applyProvider(provider);
        applyClient("app", CLIENT_SECRET);
        applySpec("grantType: ClientCredentials\n" + more);
        return this;
    }

    void applySpec(String more) {
        world.apply("""
                apiVersion: oauthconnection.dev/v1alpha1
                kind: OAuthConnection
                metadata: {name: %s, namespace: default}
                spec:
                  provider: {name: %s}
                  client: {secretRef: {name: %s-app}}
                """.formatted(name, name, name) + more.indent(2));
    }

    /** Applies the ClusterOAuthProvider of this connection with the endpoints of that server. */
    void applyProvider(ScriptedProvider server) {
        applyProviderSpec("""
                authorization: {endpoint: %s}
                token: {endpoint: %s}
                revocation: {endpoint: %s, ends: Token}
                """.formatted(server.uri("/authorize"), server.uri("/token"), server.uri("/revoke")) + facts);
    }

    void applyProviderSpec(String spec) {
        world.apply("""
                apiVersion: oauthconnection.dev/v1alpha1
                kind: ClusterOAuthProvider
                metadata: {name: %s}
                spec:
                """.formatted(name) + spec.indent(2));
    }

    void applyClient(String id, String secret) {
        world.secret(name + "-app", Map.of("client_id", id, "client_secret", secret));
    }

    Resource<OAuthConnection> resource() {
        return world.client
                .resources(OAuthConnection.class)
                .inNamespace("default")
                .withName(name);
    }

    void patch(String json) {
        resource().patch(OperatorWorld.mergePatch(), json);
    }

    void annotate(String annotation, String value) {
        patch("{\"metadata\":{\"annotations\":{\"" + annotation + "\":\"" + value + "\"}}}");
    }

    void requestRefresh(String value) {
        annotate(Names.REFRESH_REQUESTED, value);
    }

    /** Makes the operator look at the connection, as a timer would; nothing that it depends on is changed. */
    void nudge() {
        world.client
                .resources(ClusterOAuthProvider.class)
                .withName(name)
                .patch(
                        OperatorWorld.mergePatch(),
                        "{\"metadata\":{\"annotations\":{\"nudged\":\"" + System.nanoTime() + "\"}}}");
    }

    /** Puts what a backup had of the grant Secret in its place. */
    void restoreGrant(Secret backup) {
        grantSecret().delete();
        world.client
                .resource(new SecretBuilder(backup)
                        .editMetadata()
                        .withResourceVersion(null)
                        .withUid(null)
                        .endMetadata()
                        .build())
                .create();
    }

    Optional<Secret> tokenSecret() {
        return world.findSecret(name);
    }

    /** The access token that workloads see; empty while there is none. */
    String accessToken() {
        return tokenSecret()
                .map(Secret::getData)
                .map(data -> data.get("access_token"))
                .map(LiveConnection::decoded)
                .orElse("");
    }

    static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    LiveConnection awaitToken(int number) {
        soon().untilAsserted(() -> assertThat(accessToken()).isEqualTo(provider.accessToken(number)));
        return this;
    }

    Optional<OAuthConnectionStatus> status() {
        return Optional.ofNullable(resource().get()).map(OAuthConnection::getStatus);
    }

    Condition condition(String type) {
        return status().flatMap(s -> find(s, type)).orElseGet(Condition::new);
    }

    static Optional<Condition> find(OAuthConnectionStatus status, String type) {
        return Objects.requireNonNullElse(status.conditions(), List.<Condition>of()).stream()
                .filter(c -> c.getType().equals(type))
                .findFirst();
    }

    /** Waits until a condition says this, and returns its message. */
    String awaitCondition(String type, String value, Reason reason, String part) {
        soon().untilAsserted(() -> assertThat(condition(type)).satisfies(c -> {
            assertThat(c.getStatus()).isEqualTo(value);
            assertThat(c.getReason()).isEqualTo(reason.name());
            assertThat(c.getMessage()).contains(part);
        }));
        return condition(type).getMessage();
    }

    String awaitStalled(Reason reason, String part) {
        return awaitCondition("Stalled", "True", reason, part);
    }

    String awaitReady() {
        return awaitCondition("Ready", "True", Reason.TokenCurrent, "valid until");
    }

    void awaitNotStalled() {
        soon().untilAsserted(() -> assertThat(condition("Stalled").getStatus()).isEqualTo("False"));
    }

    /** What `kubectl get events` shows of it for this reason. */
    List<String> events(Reason reason) {
        return world.client.v1().events().inNamespace("default").list().getItems().stream()
                .filter(event -> name.equals(event.getInvolvedObject().getName()))
                .filter(event -> reason.name().equals(event.getReason()))
                .map(Event::getMessage)
                .toList();
    }

    /** Waits until some status, the latest or an earlier one, had a condition with this message. */
    void awaitSaid(String part) {
        soon().untilAsserted(() -> assertThat(world.history(name)).anySatisfy(status -> assertThat(status.conditions())
                .anySatisfy(c -> assertThat(c.getMessage()).contains(part))));
    }

    /** The values that a condition ever had, from the status at this index on. */
    List<String> valuesOf(String type, int since) {
        return world.history(name).stream()
                .skip(since)
                .flatMap(s -> find(s, type).stream())
                .map(Condition::getStatus)
                .distinct()
                .toList();
    }

    GrantKey key() {
        String uid = world.client
                .namespaces()
                .withName("default")
                .get()
                .getMetadata()
                .getUid();
        return new GrantKey(uid, "default", name);
    }

    Grant grant() {
        return world.grant(key()).orElseThrow();
    }

    /** The refresh tokens that are kept, newest first. */
    List<String> kept() {
        return grant().candidates().stream().map(Candidate::token).toList();
    }

    Resource<Secret> grantSecret() {
        return world.client
                .secrets()
                .inNamespace(OperatorWorld.OPERATOR_NAMESPACE)
                .withName(key().secretName());
    }
}

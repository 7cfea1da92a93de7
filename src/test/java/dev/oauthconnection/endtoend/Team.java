package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantJson;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.Authority;
import dev.oauthconnection.testing.Kubectl;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A team in its namespace: applies manifests with kubectl, gives consent, reads what it got. */
record Team(KubernetesClient client, Kubectl kubectl, String namespace) {
    static final Duration PATIENCE = Duration.ofSeconds(90);

    static Team in(ApiServer api) {
        return new Team(api.client(), api.kubectl(), api.namespace());
    }

    void apply(String manifest) {
        Kubectl.Result applied = kubectl.apply(manifest);
        assertThat(applied.exitCode()).as(applied.output()).isZero();
    }

    /** Any kubectl command; returns what it printed. */
    String kubectl(String... arguments) {
        Kubectl.Result result = kubectl.run(arguments);
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output();
    }

    void annotate(String connection, String annotation, String value) {
        kubectl("annotate", "--overwrite", "oauthconnection/" + connection, annotation + "=" + value);
    }

    OAuthConnection connection(String name) {
        return client.resources(OAuthConnection.class)
                .inNamespace(namespace)
                .withName(name)
                .require();
    }

    Optional<OAuthConnectionStatus> status(String connection) {
        return Optional.ofNullable(connection(connection).getStatus());
    }

    Optional<Condition> condition(String connection, String type) {
        return status(connection).map(OAuthConnectionStatus::conditions).orElse(List.of()).stream()
                .filter(c -> c.getType().equals(type))
                .findFirst();
    }

    /** A value of a Secret; empty where Secret or key are missing. */
    String value(String secret, String key) {
        return decoded(client.secrets().inNamespace(namespace).withName(secret).get(), key);
    }

    private static String decoded(Secret secret, String key) {
        String encoded = secret == null || secret.getData() == null
                ? null
                : secret.getData().get(key);
        return encoded == null ? "" : new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    }

    /** The access token in the token Secret, once there is one. */
    String awaitToken(String secret) {
        return awaitTokenOtherThan("", secret);
    }

    /** The access token in the token Secret, once it is another one. */
    String awaitTokenOtherThan(String before, String secret) {
        return await().atMost(PATIENCE)
                .until(() -> value(secret, "access_token"), token -> !token.isEmpty() && !token.equals(before));
    }

    void awaitReady(String connection) {
        kubectl("wait", "--for=condition=Ready", "--timeout=90s", "oauthconnection/" + connection);
    }

    void awaitReason(String connection, String type, String reason) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(condition(connection, type).map(Condition::getReason))
                        .contains(reason));
    }

    /** Opens status.consent.url, and gets past our pages with the pairing code: the browser is then at the provider. */
    FormBrowser beginConsent(String connection) {
        return beginConsent(new FormBrowser(), awaitConsentUrl(connection), connection);
    }

    /** The same at the consent pages of another replica. */
    FormBrowser beginConsentAt(int port, String connection) {
        String path = URI.create(awaitConsentUrl(connection)).getPath();
        return beginConsent(new FormBrowser(), "http://127.0.0.1:" + port + path, connection);
    }

    /** The same at a provider of a private authority. */
    FormBrowser beginConsent(String connection, Authority authority) {
        return beginConsent(FormBrowser.trusting(authority), awaitConsentUrl(connection), connection);
    }

    private FormBrowser beginConsent(FormBrowser browser, String url, String connection) {
        String code = value(Names.consentSecret(connection), Names.PAIRING_CODE);
        return browser.open(url).submit(Map.of("code", code)).submit(Map.of());
    }

    private String awaitConsentUrl(String connection) {
        return await().atMost(PATIENCE)
                .until(() -> status(connection).map(OAuthConnectionStatus::consent), Optional::isPresent)
                .orElseThrow()
                .url();
    }

    /** The grant Secret of a connection in the operator's namespace, as its JSON; the tests' view of what is stored. */
    Grant grant(String connection, String operatorNamespace) {
        String uid =
                client.namespaces().withName(namespace).require().getMetadata().getUid();
        Secret secret = client.secrets()
                .inNamespace(operatorNamespace)
                .withName(new GrantKey(uid, namespace, connection).secretName())
                .require();
        return GrantJson.read(decoded(secret, "grant").getBytes(StandardCharsets.UTF_8), Grant.class);
    }
}

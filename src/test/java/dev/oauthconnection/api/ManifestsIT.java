package dev.oauthconnection.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.Kubectl;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user reads who applies a wrong manifest. */
class ManifestsIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    private static final String URL_MESSAGE =
            "write a whole URL, such as https://login.example.com/oauth/token, without user name, fragment and spaces";
    private static final String ISSUER_MESSAGE =
            "write the issuer as a whole URL, such as https://login.example.com, without query and fragment: the same text that its discovery document has";
    private static final String DURATION_MESSAGE =
            "write a duration as a number and a unit (ms, s, m, h), such as 90s, 10m or 1h30m";
    private static final String BUNDLE_MESSAGE =
            "set exactly one of configMapRef and secretRef, which names the certificates in PEM";
    private static final String SCOPES_MESSAGE =
            "list each scope once and by itself, without spaces, quotes and backslashes: [openid, email], not ['openid email']";

    static Stream<Arguments> wrong_connections() {
        return Stream.of(
                wrong("{}", "spec.provider: Required value"),
                wrong("{provider: {}}", "spec.provider.name: Required value"),
                wrong("{provider: {name: Xero}}", "spec.provider.name in body should match"),
                wrong("{provider: {name: xero}, tenant: a}", "unknown field \"spec.tenant\""),
                wrong("{provider: {name: xero}, secret: {keys: {}}}", "unknown field \"spec.secret.keys\""),
                wrong(
                        "{provider: {name: xero}, grantType: Password}",
                        "spec.grantType: Unsupported value: \"Password\": supported values: \"AuthorizationCode\", \"ClientCredentials\""),
                wrong(
                        "{provider: {name: xero}, client: {}}",
                        "set exactly one of secretRef (a Secret with client_id and client_secret) and id (a public client without a secret)"),
                wrong(
                        "{provider: {name: xero}, client: {id: app, secretRef: {name: app}}}",
                        "set exactly one of secretRef (a Secret with client_id and client_secret) and id (a public client without a secret)"),
                wrong(
                        "{provider: {name: xero}, grantType: ClientCredentials, client: {id: app}}",
                        "grantType ClientCredentials needs a client secret: set client.secretRef to a Secret with the keys client_id and client_secret"),
                wrong(
                        "{provider: {name: xero}, grantType: ClientCredentials, existingGrant: {secretRef: {name: old}}}",
                        "existingGrant is a refresh token, which client credentials do not have: remove existingGrant, or set grantType: AuthorizationCode"),
                wrong(
                        "{provider: {name: xero}, client: {secretRef: {name: wrong}}}",
                        "the token Secret would overwrite the client's Secret, since both have one name: set spec.secret.name, or rename the client's Secret"),
                wrong(
                        "{provider: {name: xero}, existingGrant: {secretRef: {name: old}}, secret: {name: old}}",
                        "the token Secret would overwrite the existing grant's Secret, since both have one name: set spec.secret.name, or rename the existing grant's Secret"),
                wrong(
                        "{provider: {name: xero}, secret: {name: wrong-consent}}",
                        "the Secret <name>-consent holds the code that is needed for the consent: choose another spec.secret.name"),
                wrong("{provider: {name: xero}, scopes: openid email}", "must be of type array"),
                wrong("{provider: {name: xero}, scopes: [openid email]}", SCOPES_MESSAGE),
                wrong("{provider: {name: xero}, scopes: [openid, openid]}", SCOPES_MESSAGE),
                wrong("{provider: {name: xero}, refresh: {before: 10 minutes}}", DURATION_MESSAGE),
                wrong("{provider: {name: xero}, refresh: {before: 99999999999h}}", DURATION_MESSAGE),
                wrong(
                        "{provider: {name: xero}, secret: {type: kubernetes.io/service-account-token}}",
                        "Kubernetes gives Secrets of this type a meaning of its own (credentials for the cluster): choose another type, such as Opaque"),
                wrong(
                        "{provider: {name: xero}, secret: {labels: {oauthconnection.dev/role: grant}}}",
                        "oauthconnection.dev/* and app.kubernetes.io/managed-by are the operator's own: use other keys"),
                wrong(
                        "{provider: {name: xero}, secret: {annotations: {oauthconnection.dev/grant: a}}}",
                        "oauthconnection.dev/* is the operator's own: use other keys"),
                wrong(
                        "{provider: {name: xero}, secret: {template: {my key: a}}}",
                        "a key of a Secret consists of letters, digits, '-', '_' and '.': rename the key of the template"),
                wrong("{provider: {name: xero}, secret: {template: {}}}", "should have at least 1 properties"));
    }

    static Stream<Arguments> wrong_providers() {
        return Stream.of(
                wrong("{}", "set issuer (endpoints are then discovered), or token.endpoint"),
                wrong("{token: {}}", "set issuer (endpoints are then discovered), or token.endpoint"),
                wrong("{issuer: login.example.com}", ISSUER_MESSAGE),
                wrong("{issuer: 'https://login.example.com?a=b'}", ISSUER_MESSAGE),
                wrong("{token: {endpoint: 'https//login.example.com'}}", URL_MESSAGE),
                wrong("{token: {endpoint: 'https://user:secret@login.example.com/token'}}", URL_MESSAGE),
                wrong("{token: {endpoint: 'ftp://login.example.com/token'}}", URL_MESSAGE),
                wrong(
                        "{issuer: 'https://login.example.com', authorization: {endpoint: 'https://login.example.com/#a'}}",
                        URL_MESSAGE),
                wrong("{issuer: 'https://a.example', refreshTokens: {gracePeriod: soon}}", DURATION_MESSAGE),
                wrong(
                        "{issuer: 'https://a.example', token: {notProcessedStatuses: [200]}}",
                        "should be greater than or equal to 400"),
                wrong(
                        "{issuer: 'https://a.example', client: {secretRef: {name: app}}}",
                        "spec.client.secretRef.namespace: Required value"),
                wrong("{issuer: 'https://a.example', caBundle: {}}", BUNDLE_MESSAGE),
                wrong(
                        "{issuer: 'https://a.example', caBundle: {configMapRef: {namespace: a, name: b}, secretRef: {namespace: a, name: b}}}",
                        BUNDLE_MESSAGE),
                wrong(
                        "{issuer: 'https://a.example', caBundle: {configMapRef: {name: ca}}}",
                        "spec.caBundle.configMapRef.namespace: Required value"),
                wrong("{issuer: 'https://a.example', tokenUrl: a}", "unknown field \"spec.tokenUrl\""));
    }

    private static Arguments wrong(String spec, String message) {
        return Arguments.of(spec, message);
    }

    @ParameterizedTest
    @MethodSource("wrong_connections")
    void a_wrong_connection_is_refused_with_a_message_that_says_what_to_do(String spec, String message) {
        assertRefused("OAuthConnection", "wrong", spec, message);
    }

    @ParameterizedTest
    @MethodSource("wrong_providers")
    void a_wrong_provider_is_refused_with_a_message_that_says_what_to_do(String spec, String message) {
        assertRefused("ClusterOAuthProvider", "wrong", spec, message);
    }

    @Test
    void a_name_that_would_not_fit_into_other_names_is_refused() {
        assertRefused(
                "OAuthConnection",
                "a".repeat(64),
                "{provider: {name: xero}}",
                "metadata.name may have 63 characters at most, since it becomes part of other names");
    }

    @Test
    void a_provider_that_no_connection_could_name_is_refused() {
        assertRefused(
                "ClusterOAuthProvider",
                "login.example.com",
                "{issuer: 'https://login.example.com'}",
                "metadata.name may have 63 characters at most and no dots, since spec.provider.name refers to it");
    }

    @Test
    void plain_http_passes_the_schema_since_local_mode_needs_it() {
        assertThat(apply("ClusterOAuthProvider", "plain-http", "{issuer: 'http://127.0.0.1:8080'}"))
                .isEqualTo(new Kubectl.Result(0, "clusteroauthprovider.oauthconnection.dev/plain-http created"));
    }

    private static void assertRefused(String kind, String name, String spec, String message) {
        Kubectl.Result result = apply(kind, name, spec);
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).contains(message);
    }

    private static Kubectl.Result apply(String kind, String name, String spec) {
        return api.kubectl().apply("""
                        apiVersion: oauthconnection.dev/v1alpha1
                        kind: %s
                        metadata: {name: %s}
                        spec: %s
                        """.formatted(kind, name, spec));
    }
}

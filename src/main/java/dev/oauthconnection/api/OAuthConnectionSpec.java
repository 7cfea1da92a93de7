package dev.oauthconnection.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks for. A field that is left out is null here: defaults live in code ({@code lifecycle.ConnectionSettings}), so
 * that the API server never writes one into a manifest and GitOps tools see no drift.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "!has(self.existingGrant) || !has(self.grantType) || self.grantType == 'AuthorizationCode'",
        message =
                "existingGrant is a refresh token, which client credentials do not have: remove existingGrant, or set grantType: AuthorizationCode")
@ValidationRule(
        value =
                "!has(self.grantType) || self.grantType != 'ClientCredentials' || !has(self.client) || has(self.client.secretRef)",
        message =
                "grantType ClientCredentials needs a client secret: set client.secretRef to a Secret with the keys client_id and client_secret")
public record OAuthConnectionSpec(
        @Required @JsonPropertyDescription("The authorization server to connect to.")
        ProviderReference provider,

        @JsonPropertyDescription(
                "How the grant is obtained. AuthorizationCode (the default) asks a person for consent once; "
                        + "ClientCredentials asks nobody and uses the client's own rights.")
        @Nullable
        GrantType grantType,

        @JsonPropertyDescription("The OAuth client (the app registered with the provider). "
                + "Leave it out where the ClusterOAuthProvider brings a client for this namespace.")
        @Nullable
        ClientReference client,

        @JsonPropertyDescription(
                "The scopes to ask for, in the provider's words. Left out: the provider's default scopes.")
        @Size(max = 100)
        @ValidationRule(value = Schema.SCOPES, message = Schema.SCOPES_MESSAGE)
        @Nullable
        List<@Size(min = 1, max = Schema.SCOPE_LENGTH) String> scopes,

        @JsonPropertyDescription("A refresh token obtained elsewhere, taken over instead of a consent. "
                + "It is read once; a spent one is never taken twice.")
        @Nullable
        ExistingGrant existingGrant,

        @JsonPropertyDescription("The token Secret that workloads mount.") @Nullable
        TokenSecret secret,

        @JsonPropertyDescription("When and how the token is refreshed.") @Nullable
        Refresh refresh,

        @JsonPropertyDescription(
                "What happens to the grant when the connection is deleted. Retain (the default) keeps it for a connection of the "
                        + "same name that comes back; Revoke ends it at the provider.")
        @Nullable
        OnDelete onDelete,

        @JsonPropertyDescription("True stops every request to the provider; the token Secret stays as it is.") @Nullable
        Boolean suspend) {

    /** How the grant is obtained (RFC 6749, sections 4.1 and 4.4). */
    public enum GrantType {
        AuthorizationCode,
        ClientCredentials
    }

    /** What happens to the grant when its connection is deleted. */
    public enum OnDelete {
        Retain,
        Revoke
    }

    /** What to do with a redemption whose end nobody knows, where the provider has no grace period. */
    public enum OnAmbiguousRedemption {
        Replay,
        Hold
    }

    /** How soon pods that mount the token Secret see a new token. */
    public enum Propagation {
        Kubelet,
        Eager
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ProviderReference(
            @Required
            @Size(min = 1, max = 63)
            @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
            @JsonPropertyDescription(
                    "Name of a ClusterOAuthProvider, or else of a built-in provider (xero, lexoffice, ...).")
            String name) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "has(self.secretRef) != has(self.id)",
            message =
                    "set exactly one of secretRef (a Secret with client_id and client_secret) and id (a public client without a secret)")
    public record ClientReference(
            @JsonPropertyDescription(
                    "A Secret in the connection's namespace with the keys client_id and client_secret. "
                            + "client_secret may be absent for a public client.")
            @Nullable
            SecretReference secretRef,

            @JsonPropertyDescription("The client id of a public client, which has no secret.")
            @Size(min = 1, max = 1024)
            @Nullable
            String id) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SecretReference(
            @Required
            @Size(min = 1, max = 253)
            @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
            @JsonPropertyDescription("Name of the Secret.")
            String name) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ExistingGrant(
            @Required @JsonPropertyDescription("A Secret in the connection's namespace with the key refresh_token.")
            SecretReference secretRef) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TokenSecret(
            @JsonPropertyDescription("Name of the token Secret. Default: the connection's name.")
            @Size(min = 1, max = 253)
            @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
            @Nullable
            String name,

            @JsonPropertyDescription("Type of the token Secret. Default: Opaque. A change replaces the Secret.")
            @Size(min = 1, max = 253)
            @ValidationRule(
                    value = "!(self in ['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token'])",
                    message =
                            "Kubernetes gives Secrets of this type a meaning of its own (credentials for the cluster): choose another type, such as Opaque")
            @Nullable
            String type,

            @JsonPropertyDescription("Labels to put on the token Secret.")
            @Size(max = 64)
            @ValidationRule(
                    value = "self.all(k, !k.startsWith('oauthconnection.dev/') && k != 'app.kubernetes.io/managed-by')",
                    message =
                            "oauthconnection.dev/* and app.kubernetes.io/managed-by are the operator's own: use other keys")
            @Nullable
            Map<String, String> labels,

            @JsonPropertyDescription("Annotations to put on the token Secret.")
            @Size(max = 64)
            @ValidationRule(
                    value = "self.all(k, !k.startsWith('oauthconnection.dev/'))",
                    message = "oauthconnection.dev/* is the operator's own: use other keys")
            @Nullable
            Map<String, String> annotations,

            @JsonPropertyDescription(
                    "A Mustache template for each key, in place of the default keys (access_token, token_type, expires_at, scope, "
                            + "id_token). Variables: accessToken, tokenType, expiresAt, scope, idToken, subject; "
                            + "#json, #url and #base64 encode what they enclose.")
            @Size(min = 1, max = 64)
            @ValidationRule(
                    value = "self.all(k, k.matches('^[-._a-zA-Z0-9]+$'))",
                    message =
                            "a key of a Secret consists of letters, digits, '-', '_' and '.': rename the key of the template")
            @Nullable
            Map<String, @Size(max = 16384) String> template,

            @JsonPropertyDescription(
                    "How soon pods that mount the token Secret see a new token. Kubelet (the default) leaves it to the kubelet, which copies "
                            + "it within 60 to 90 seconds; Eager touches an annotation of these pods, so that it copies at once. "
                            + "Eager needs the operator's component eager-propagation.")
            @Nullable
            Propagation propagation) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Refresh(
            @JsonPropertyDescription("Refresh when less than this is left of the token's lifetime, such as 10m. "
                    + "Default: a third of the lifetime, at least 3m, for short tokens half of the lifetime.")
            @Size(max = Schema.DURATION_LENGTH)
            @ValidationRule(value = Schema.DURATION, message = Schema.DURATION_MESSAGE)
            @Nullable
            String before,

            @JsonPropertyDescription(
                    "Use the grant before the provider's idle limit ends it, even when the token is not needed. Default: true.")
            @Nullable
            Boolean keepGrantAlive,

            @JsonPropertyDescription(
                    "What to do when the answer to a refresh was lost and the provider has no grace period. Replay (the default) sends "
                            + "the same refresh token again; Hold waits for a person.")
            @Nullable
            OnAmbiguousRedemption onAmbiguousRedemption) {}
}

package dev.oauthconnection.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to talk to one authorization server: the one schema of the built-in catalogue and of {@link ClusterOAuthProvider}. What differs
 * between providers is a field here, never a class. What is left out is discovered from the issuer (OpenID Connect Discovery, RFC 8414)
 * or takes the careful default: rotation unknown counts as always, without grace, and reuse revokes.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "has(self.issuer) || (has(self.token) && has(self.token.endpoint))",
        message = "set issuer (endpoints are then discovered), or token.endpoint")
public record ProviderSpec(
        @JsonPropertyDescription(
                "The issuer identifier, an https URL without query or fragment. Missing endpoints are discovered from it.")
        @Size(max = 2048)
        @ValidationRule(value = Schema.ISSUER, message = Schema.ISSUER_MESSAGE)
        @Nullable
        String issuer,

        @JsonPropertyDescription("The authorization endpoint and how the request to it is made.") @Nullable
        Authorization authorization,

        @JsonPropertyDescription("The token endpoint, how the request to it is made, and how its answer is read.")
        @Nullable
        Token token,

        @JsonPropertyDescription("What the provider does with refresh tokens.") @Nullable
        RefreshTokens refreshTokens,

        @JsonPropertyDescription("How a grant is ended at the provider.") @Nullable
        Revocation revocation,

        @JsonPropertyDescription("Where the accounts (tenants) that a token reaches are listed.") @Nullable
        Accounts accounts,

        @JsonPropertyDescription("A client that the platform brings for connections that name none.") @Nullable
        PlatformClient client,

        @JsonPropertyDescription(
                "Certificate authorities that are believed at this provider's endpoints, beside those of the system.")
        @Nullable
        CaBundle caBundle,

        @JsonPropertyDescription("Where these facts come from.") @Nullable
        Source source) {

    /** How the client authenticates at the token endpoint (RFC 6749, section 2.3.1). */
    public enum ClientAuthentication {
        Basic,
        Post,
        None
    }

    /** Proof key for code exchange (RFC 7636). */
    public enum Pkce {
        S256,
        None
    }

    /** Whether a refresh consumes the refresh token. */
    public enum Rotation {
        None,
        Optional,
        Always
    }

    /** What a revocation ends: the one token, or all that user and client have agreed. */
    public enum RevocationEnds {
        Token,
        Consent
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Authorization(
            @JsonPropertyDescription("The authorization endpoint (RFC 6749, section 3.1).")
            @Size(max = 2048)
            @ValidationRule(value = Schema.ENDPOINT, message = Schema.ENDPOINT_MESSAGE)
            @Nullable
            String endpoint,

            @JsonPropertyDescription("More parameters of the authorization request, such as access_type: offline.")
            @Nullable
            Map<String, String> parameters,

            @JsonPropertyDescription("Proof key for code exchange. Default: S256.") @Nullable
            Pkce pkce,

            @JsonPropertyDescription("What stands between two scopes. Default: a space.")
            @Size(min = 1, max = 3)
            @Nullable
            String scopeSeparator,

            @JsonPropertyDescription("Name of the scope parameter. Default: scope.") @Size(min = 1, max = 63) @Nullable
            String scopeParameter,

            @JsonPropertyDescription("The scopes of connections that name none.")
            @Size(max = 100)
            @ValidationRule(value = Schema.SCOPES, message = Schema.SCOPES_MESSAGE)
            @Nullable
            List<@Size(min = 1, max = Schema.SCOPE_LENGTH) String> defaultScopes) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Token(
            @JsonPropertyDescription("The token endpoint (RFC 6749, section 3.2).")
            @Size(max = 2048)
            @ValidationRule(value = Schema.ENDPOINT, message = Schema.ENDPOINT_MESSAGE)
            @Nullable
            String endpoint,

            @JsonPropertyDescription("How the client authenticates. Default: Basic with a client secret, None without.")
            @Nullable
            ClientAuthentication clientAuthentication,

            @JsonPropertyDescription("More parameters of every token request, such as audience.") @Nullable
            Map<String, String> parameters,

            @JsonPropertyDescription("More headers of every token request.") @Nullable
            Map<String, String> headers,

            @JsonPropertyDescription("The lifetime of an access token whose answer does not say it. Default: 1h.")
            @Size(max = Schema.DURATION_LENGTH)
            @ValidationRule(value = Schema.DURATION, message = Schema.DURATION_MESSAGE)
            @Nullable
            String defaultLifetime,

            @JsonPropertyDescription("Statuses by which the provider says that it did not process the request, "
                    + "so that the same refresh token can be sent again. Default: 429 and 503.")
            @Nullable
            List<@Min(400) @Max(599) Integer> notProcessedStatuses) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RefreshTokens(
            @JsonPropertyDescription(
                    "Whether a refresh consumes the refresh token. Default: Always, since nobody said otherwise.")
            @Nullable
            Rotation rotation,

            @JsonPropertyDescription("How long a consumed refresh token still works. Default: 0s.")
            @Size(max = Schema.DURATION_LENGTH)
            @ValidationRule(value = Schema.DURATION, message = Schema.DURATION_MESSAGE)
            @Nullable
            String gracePeriod,

            @JsonPropertyDescription(
                    "Whether using a consumed refresh token again ends the whole grant. Default: true.")
            @Nullable
            Boolean reuseRevokesGrant,

            @JsonPropertyDescription("A refresh token that is not used for this long lapses.")
            @Size(max = Schema.DURATION_LENGTH)
            @ValidationRule(value = Schema.DURATION, message = Schema.DURATION_MESSAGE)
            @Nullable
            String idleLifetime,

            @JsonPropertyDescription("Whether a refresh ends the access token from before. Default: false.") @Nullable
            Boolean refreshEndsAccessToken) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Revocation(
            @JsonPropertyDescription("The revocation endpoint (RFC 7009).")
            @Size(max = 2048)
            @ValidationRule(value = Schema.ENDPOINT, message = Schema.ENDPOINT_MESSAGE)
            @Nullable
            String endpoint,

            @JsonPropertyDescription("What a revocation ends. Default: Consent, the careful reading.") @Nullable
            RevocationEnds ends) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Accounts(
            @Required
            @JsonPropertyDescription("GET with the access token; answers with a JSON array.")
            @Size(max = 2048)
            @ValidationRule(value = Schema.ENDPOINT, message = Schema.ENDPOINT_MESSAGE)
            String endpoint) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PlatformClient(
            @Required @JsonPropertyDescription("A Secret with the keys client_id and client_secret.")
            NamespacedSecretReference secretRef,

            @Required
            @Size(min = 1)
            @JsonPropertyDescription("The namespaces whose connections may use this client; * allows each.")
            List<String> allowedNamespaces,

            @Required
            @Size(min = 1)
            @JsonPropertyDescription("The scopes that those connections may ask for; * allows each.")
            List<String> allowedScopes) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record NamespacedSecretReference(
            @Required @JsonPropertyDescription("Namespace of the Secret.")
            String namespace,

            @Required @JsonPropertyDescription("Name of the Secret.")
            String name) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "has(self.configMapRef) != has(self.secretRef)",
            message = "set exactly one of configMapRef and secretRef, which names the certificates in PEM")
    public record CaBundle(
            @JsonPropertyDescription("A key of a ConfigMap that holds one or more certificates in PEM.") @Nullable
            NamespacedKeyReference configMapRef,

            @JsonPropertyDescription("A key of a Secret that holds one or more certificates in PEM.") @Nullable
            NamespacedKeyReference secretRef) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record NamespacedKeyReference(
            @Required @JsonPropertyDescription("Namespace of the object.") @Size(min = 1, max = 63)
            String namespace,

            @Required @JsonPropertyDescription("Name of the object.") @Size(min = 1, max = 253)
            String name,

            @JsonPropertyDescription("The key in it. Default: ca.crt.") @Size(min = 1, max = 253) @Nullable
            String key) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Source(
            @JsonPropertyDescription("The document that these facts were read from.") @Nullable
            String document,

            @JsonPropertyDescription("When it was read, as a date.") @Nullable
            String date,

            @JsonPropertyDescription("Whether somebody tried it against the real provider.") @Nullable
            Boolean verified) {}
}

package dev.oauthconnection.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A summary of what is stored, written by the operator. Never the memory of the system: losing it loses nothing. Times are RFC 3339, UTC. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OAuthConnectionStatus(
        @JsonPropertyDescription("The generation of the spec that this status describes.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("Ready, Reconciling and Stalled, as kstatus reads them.") @Nullable
        List<Condition> conditions,

        @JsonPropertyDescription("How to give consent, while it is asked for.") @Nullable
        Consent consent,

        @JsonPropertyDescription("The token that is published.") @Nullable
        Token token,

        @JsonPropertyDescription("The last action requests that were carried out.") @Nullable
        Handled handled,

        @JsonPropertyDescription(
                "The namespace of the operator that serves this connection; another operator leaves it alone.")
        @Nullable
        String servedBy) {

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Consent(
            @JsonPropertyDescription("Open this in a browser. It asks for the code in the Secret <connection>-consent.")
            @Nullable
            String url) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Token(
            @JsonPropertyDescription("When the published access token expires.") @Nullable
            String expiresAt,

            @JsonPropertyDescription("When it was obtained.") @Nullable
            String refreshedAt,

            @JsonPropertyDescription("When the next refresh is due.") @Nullable
            String nextRefreshAt,

            @JsonPropertyDescription("The scopes that were granted.") @Nullable
            List<String> scopes,

            @JsonPropertyDescription("The subject of the ID token, where there is one.") @Nullable
            String subject) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Handled(
            @JsonPropertyDescription(
                    "The last value of the annotation oauthconnection.dev/refresh-requested that was carried out.")
            @Nullable
            String refreshRequested,

            @JsonPropertyDescription(
                    "The last value of the annotation oauthconnection.dev/revoke-requested that was carried out.")
            @Nullable
            String revokeRequested) {}
}

package dev.oauthconnection.local.server;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.api.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a connection's status says, for JSON, for pages and for the terminal. Reads only status: it holds no secret. */
public record State(OAuthConnection connection) {
    /** Reasons after which waiting longer may still bring what was asked for. */
    private static final List<String> PASSING =
            List.of(Reason.Progressing.name(), Reason.ProviderUnavailable.name(), Reason.RedemptionUncertain.name());

    /** Reasons for which no refresh is made before somebody consents. */
    private static final List<String> CONSENT_FIRST =
            List.of(Reason.AwaitingConsent.name(), Reason.ConsentRequired.name(), Reason.Revoked.name());

    String name() {
        return connection.getMetadata().getName();
    }

    public boolean ready() {
        Condition ready = condition("Ready");
        return ready != null && "True".equals(ready.getStatus());
    }

    /** Something that more waiting does not end: it is not ready, or its token is good and the grant is in trouble. */
    boolean stuck() {
        Condition ready = condition("Ready");
        Condition stalled = condition("Stalled");
        return (stalled != null && "True".equals(stalled.getStatus()))
                || (ready != null && "False".equals(ready.getStatus()) && !PASSING.contains(ready.getReason()));
    }

    /** There is no grant that a refresh could use. */
    boolean needsConsent() {
        return CONSENT_FIRST.contains(reason());
    }

    /** Whether the operator has said nothing else since. */
    boolean saysTheSame(State before) {
        return Objects.equals(connection.getStatus(), before.connection().getStatus());
    }

    /** The style of its state on a page: waiting for a consent is no failure. */
    String tone() {
        if (ready()) {
            return "good";
        }
        return stuck() && !reason().equals(Reason.AwaitingConsent.name()) ? "bad" : "soft";
    }

    public String reason() {
        Condition ready = condition("Ready");
        return ready == null || ready.getReason() == null ? Reason.Progressing.name() : ready.getReason();
    }

    /** What to do or to know; of a consent that is waited for, only where to give it, since here no pairing code is asked for. */
    public String message() {
        Condition ready = condition("Ready");
        if (ready == null || ready.getMessage() == null) {
            return "The operator has not looked at this connection yet.";
        }
        String url = consentUrl();
        return url != null && reason().equals(Reason.AwaitingConsent.name())
                ? "open " + url + " to give consent"
                : ready.getMessage();
    }

    /** Where to give consent; null while none is asked for. */
    @Nullable
    String consentUrl() {
        OAuthConnectionStatus status = connection.getStatus();
        return status == null || status.consent() == null
                ? null
                : status.consent().url();
    }

    boolean isRevoked() {
        return reason().equals(Reason.Revoked.name());
    }

    /** Whether a person could give consent: there is one to give, and no valid token. */
    boolean wantsConsent() {
        return connection.getSpec().grantType() != GrantType.ClientCredentials && !ready();
    }

    @Nullable
    String handledRefresh() {
        OAuthConnectionStatus status = connection.getStatus();
        return status == null || status.handled() == null
                ? null
                : status.handled().refreshRequested();
    }

    @Nullable
    String handledRevoke() {
        OAuthConnectionStatus status = connection.getStatus();
        return status == null || status.handled() == null
                ? null
                : status.handled().revokeRequested();
    }

    /** The connection as the JSON of {@code /status} has it; null values are left out. */
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("connection", name());
        json.put("provider", connection.getSpec().provider().name());
        json.put("ready", ready());
        json.put("reason", reason());
        json.put("message", message());
        OAuthConnectionStatus status = connection.getStatus();
        if (status != null && status.token() != null) {
            putIfPresent(json, "expiresAt", status.token().expiresAt());
            putIfPresent(json, "refreshedAt", status.token().refreshedAt());
            putIfPresent(json, "nextRefreshAt", status.token().nextRefreshAt());
            putIfPresent(json, "scopes", status.token().scopes());
        }
        return json;
    }

    private static void putIfPresent(Map<String, Object> json, String key, @Nullable Object value) {
        if (value != null) {
            json.put(key, value);
        }
    }

    private @Nullable Condition condition(String type) {
        OAuthConnectionStatus status = connection.getStatus();
        if (status == null || status.conditions() == null) {
            return null;
        }
        return status.conditions().stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst()
                .orElse(null);
    }
}

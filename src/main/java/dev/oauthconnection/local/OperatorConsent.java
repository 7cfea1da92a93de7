package dev.oauthconnection.local;

import dev.oauthconnection.consent.ConsentService;
import dev.oauthconnection.grant.GrantStore;
import dev.oauthconnection.local.server.ConsentFlow;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operator's consents, for the pages of local mode. */
record OperatorConsent(ConsentService service) implements ConsentFlow {
    @Override
    public Begin begin(String namespace, String connection) {
        try {
            return switch (service.begin(namespace, connection)) {
                case dev.oauthconnection.consent.Begin.Redirect redirect ->
                    new Begin.Redirect(redirect.authorizationRequest(), redirect.cookieValue());
                case dev.oauthconnection.consent.Begin.Refused refused -> new Begin.Refused(refused.message());
            };
        } catch (GrantStore.Unreadable e) {
            return new Begin.Refused(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Completion complete(Map<String, List<String>> parameters, @Nullable String cookieValue) {
        return switch (service.complete(parameters, cookieValue)) {
            case dev.oauthconnection.consent.Completion.Granted granted ->
                new Completion.Granted(granted.connection(), granted.notes());
            case dev.oauthconnection.consent.Completion.Failed failed ->
                new Completion.Failed(failed.title(), failed.message());
        };
    }
}

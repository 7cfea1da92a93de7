package dev.oauthconnection.local.server;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.local.http.Refusal;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a user may ask for: a token, a refresh, a revocation, to be forgotten. The operator does the work; this asks it and waits. */
final class Actions {
    private final TokenServerSettings settings;
    private final Connections connections;
    private final Ports ports;
    private final InstantSource clock;

    Actions(TokenServerSettings settings, Connections connections, Ports ports, InstantSource clock) {
        this.settings = settings;
        this.connections = connections;
        this.ports = ports;
        this.clock = clock;
    }

    /** An answer in JSON. */
    record Answer(int status, Map<String, Object> json) {
        boolean isSuccess() {
            return status < 300;
        }
    }

    /** The published token while it is valid; otherwise 503 and where to consent. */
    Answer token() {
        CurrentToken token = connections.token();
        if (token != null && !token.isExpired(clock.instant())) {
            return new Answer(200, token.json(clock.instant()));
        }
        State state = connections.find();
        if (state == null) {
            return unavailable(
                    "not_configured", "Enter the client id and the client secret at " + settings.page("/") + " first.");
        }
        return token == null
                ? unavailable("no_token", "There is no access token yet: " + state.message())
                : unavailable("token_expired", "The access token has expired: " + state.message());
    }

    /** A new token, at once. */
    Answer refresh() {
        CurrentToken before = connections.token();
        State asked = connections.find();
        if (asked == null) {
            return token();
        }
        String value = UUID.randomUUID().toString();
        connections.annotate(Names.REFRESH_REQUESTED, value);
        // What was said before this request is no answer to it, but for what only a consent changes.
        State after = connections.await(state -> value.equals(state.handledRefresh())
                || (state.stuck() && (state.needsConsent() || !state.saysTheSame(asked))));
        if (after == null) {
            after = connections.find();
            after = after != null && after.stuck() ? after : null;
        }
        CurrentToken now = connections.token();
        if (now != null && !now.isExpired(clock.instant()) && !isSame(now, before)) {
            return new Answer(200, now.json(clock.instant()));
        }
        if (after == null) {
            return error(
                    504,
                    "not_refreshed_yet",
                    "The refresh was asked for and is not finished. It goes on; ask /token or /status for its end.");
        }
        return now == null || now.isExpired(clock.instant()) || after.stuck()
                ? unavailable("not_refreshed", "The token could not be refreshed: " + after.message())
                : error(502, "not_refreshed", "The provider gave no new token: " + after.message());
    }

    /** The grant's end at the provider. */
    Answer revoke() {
        if (!ports.grants().present(settings.namespace(), settings.connection())) {
            return done("revoked", "There is no grant to revoke.");
        }
        String value = UUID.randomUUID().toString();
        connections.annotate(Names.REVOKE_REQUESTED, value);
        State after = connections.await(state -> value.equals(state.handledRevoke()) || state.isRevoked());
        return after == null
                ? error(
                        504,
                        "not_revoked_yet",
                        "The revocation is stored and repeated until the provider confirms it. See /status.")
                : done("revoked", "Done: " + after.message() + ".");
    }

    /** A revocation, and after it nothing is left of the client's credentials. They stay until the provider confirmed, which needs them. */
    Answer logout() {
        Answer revoked = revoke();
        if (!revoked.isSuccess()) {
            return error(504, "not_logged_out_yet", "The revocation is not confirmed yet. Ask /logout again later.");
        }
        connections.forget();
        return done("loggedOut", revoked.json().get("message") + " The client's credentials are forgotten.");
    }

    /** The provider's accounts, as the JSON array that it answered. */
    String tenants() {
        CurrentToken token = connections.token();
        if (token == null || token.isExpired(clock.instant())) {
            throw new Refusal(503, "no_token", "There is no valid access token: consent at " + settings.page("/home"));
        }
        return switch (ports.accounts().list(token.accessToken())) {
            case Ports.Accounts.Result.Listed listed -> listed.json();
            case Ports.Accounts.Result.Failed failed -> throw new Refusal(502, "no_accounts", failed.message());
        };
    }

    private static boolean isSame(CurrentToken now, @Nullable CurrentToken before) {
        return before != null
                && now.accessToken().equals(before.accessToken())
                && now.expiresAt().equals(before.expiresAt());
    }

    private Answer unavailable(String error, String message) {
        Answer answer = error(503, error, message);
        answer.json().put("consent", settings.page("/home").toString());
        return answer;
    }

    private static Answer error(int status, String error, String message) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("error", error);
        json.put("message", message);
        return new Answer(status, json);
    }

    private static Answer done(String what, String message) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(what, true);
        json.put("message", message);
        return new Answer(200, json);
    }
}

package dev.oauthconnection.consent;

import dev.oauthconnection.oauth.TokenAnswer;
import java.util.ArrayList;
import java.util.List;

/** What a person should know of an answer that is less than was asked for. */
final class Shortfalls {
    private Shortfalls() {}

    static List<String> of(List<String> requestedScopes, TokenAnswer answer) {
        List<String> notes = new ArrayList<>();
        if (answer.refreshToken() == null) {
            notes.add("The provider gave no refresh token, so the access token ends in "
                    + answer.lifetime().toMinutes()
                    + " minutes and cannot be refreshed. Most providers want a scope for it, such as offline_access.");
        }
        List<String> granted = answer.scopes();
        if (granted != null) {
            List<String> missing = requestedScopes.stream()
                    .filter(scope -> !granted.contains(scope))
                    .toList();
            if (!missing.isEmpty()) {
                notes.add("The provider's answer does not list these scopes: " + String.join(" ", missing) + ".");
            }
        }
        return notes;
    }
}

package dev.oauthconnection.local.playground;

import io.javalin.http.Context;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parameters of a request, each at most once; an empty one counts as left out (RFC 6749, sections 3.1 and 3.2). */
record Parameters(Map<String, List<String>> all) {
    static Parameters ofForm(Context request) {
        if (!request.isFormUrlencoded()) {
            throw OAuthError.invalidRequest("send the parameters as application/x-www-form-urlencoded in the body");
        }
        return new Parameters(request.formParamMap());
    }

    static Parameters ofQuery(Context request) {
        return new Parameters(request.queryParamMap());
    }

    /** The value, or null. */
    @Nullable
    String get(String name) {
        List<String> values = all.getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw OAuthError.invalidRequest("the parameter " + name + " is there more than once");
        }
        return values.isEmpty() || values.getFirst().isEmpty() ? null : values.getFirst();
    }

    /** The value of a parameter that has to be there. */
    String need(String name) {
        String value = get(name);
        if (value == null) {
            throw OAuthError.invalidRequest("the parameter " + name + " is missing");
        }
        return value;
    }

    /** Each parameter must be single, also those that nobody reads. */
    void refuseRepeated() {
        all.keySet().forEach(this::get);
    }

    /** The scopes asked for, or {@code otherwise} when none are; each must be among {@code allowed}. */
    List<String> scopes(List<String> otherwise, List<String> allowed) {
        String scope = get("scope");
        if (scope == null) {
            return otherwise;
        }
        Set<String> asked = new LinkedHashSet<>(Arrays.asList(scope.split(" ")));
        if (!allowed.containsAll(asked)) {
            throw OAuthError.invalidScope("this client may ask for: " + String.join(" ", allowed));
        }
        return List.copyOf(asked);
    }
}

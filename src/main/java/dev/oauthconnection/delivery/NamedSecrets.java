package dev.oauthconnection.delivery;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionSpec;
import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Each Secret is reached by its name, where a Role of the team names it. What is missing is told as that Role, ready to apply. */
public final class NamedSecrets implements SecretRights {
    /** How the API server says that no rule allows it. A quota or an admission policy uses the same status, and other words. */
    private static final Pattern REFUSED_BY_RBAC =
            Pattern.compile("User \"([^\"]+)\" cannot [a-z]+ resource \"secrets\"");

    private static final Pattern SERVICE_ACCOUNT = Pattern.compile("system:serviceaccount:([^:]+):([^:]+)");

    @Override
    public boolean mayList() {
        return false;
    }

    @Override
    public Optional<String> missing(KubernetesClientException refusal, OAuthConnection connection) {
        String words = refusal.getCode() == HttpURLConnection.HTTP_FORBIDDEN && refusal.getStatus() != null
                ? String.valueOf(refusal.getStatus().getMessage())
                : "";
        Matcher refused = REFUSED_BY_RBAC.matcher(words);
        return refused.find()
                ? Optional.of(
                        "the operator may not reach a Secret of this connection; apply this, and it is looked at again within a minute:\n"
                                + role(connection)
                                + binding(connection, refused.group(1)))
                : Optional.empty();
    }

    private static String role(OAuthConnection connection) {
        OAuthConnectionSpec spec = connection.getSpec();
        String consent = Names.consentSecret(connection.getMetadata().getName());
        Set<String> read = new LinkedHashSet<>();
        if (spec.client() != null && spec.client().secretRef() != null) {
            read.add(spec.client().secretRef().name());
        }
        if (spec.existingGrant() != null) {
            read.add(spec.existingGrant().secretRef().name());
        }
        StringBuilder role = new StringBuilder(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: "%s", namespace: "%s"}
                rules:
                - {apiGroups: [""], resources: [secrets], verbs: [create]}
                """.formatted(name(connection), connection.getMetadata().getNamespace()));
        role.append(rule(TokenSecrets.name(connection), "get, update, delete"));
        if (spec.grantType() != GrantType.ClientCredentials) {
            role.append(rule(consent, "get, delete"));
        }
        read.forEach(secret -> role.append(rule(secret, "get")));
        return role.toString();
    }

    private static String rule(String secret, String verbs) {
        return "- {apiGroups: [\"\"], resources: [secrets], resourceNames: [\"%s\"], verbs: [%s]}\n"
                .formatted(secret, verbs);
    }

    private static String binding(OAuthConnection connection, String user) {
        Matcher account = SERVICE_ACCOUNT.matcher(user);
        String subject = account.matches()
                ? "{kind: ServiceAccount, name: \"%s\", namespace: \"%s\"}"
                        .formatted(account.group(2), account.group(1))
                : "{kind: User, name: \"%s\", apiGroup: rbac.authorization.k8s.io}".formatted(user);
        return """
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: "%s", namespace: "%s"}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: "%s"}
                subjects: [%s]
                """.formatted(name(connection), connection.getMetadata().getNamespace(), name(connection), subject);
    }

    private static String name(OAuthConnection connection) {
        return "oauthconnection-" + connection.getMetadata().getName();
    }
}

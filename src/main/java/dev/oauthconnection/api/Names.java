package dev.oauthconnection.api;

import java.util.regex.Pattern;

/** The names that this product gives to things in Kubernetes: labels, annotations, keys, Secret names. */
public final class Names {
    public static final String GROUP = "oauthconnection.dev";
    public static final String VERSION = "v1alpha1";

    /** Label on every Secret that the operator writes. */
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    public static final String MANAGER = "oauth-connection-operator";
    /** Label that says what a Secret of ours is for; values: {@link #TOKEN}, {@link #GRANT}, {@link #CONSENT}, {@link #ATTEMPT}. */
    public static final String ROLE = GROUP + "/role";

    public static final String TOKEN = "token";
    public static final String GRANT = "grant";
    public static final String CONSENT = "consent";
    public static final String ATTEMPT = "attempt";

    /** Annotations on our Secrets that name the connection they belong to. */
    public static final String CONNECTION_NAMESPACE = GROUP + "/connection-namespace";

    public static final String CONNECTION_NAME = GROUP + "/connection-name";
    public static final String CONNECTION_NAMESPACE_UID = GROUP + "/connection-namespace-uid";

    /** Annotation on the token Secret: {@code <grant id>/<epoch>} of the answer it was made from. */
    public static final String MARK = GROUP + "/grant";
    /** Annotation on the token Secret: SHA-256 of the existing refresh token that was taken for this connection. */
    public static final String EXISTING_GRANT = GROUP + "/existing-grant";
    /** Annotation on the token Secret: a digest of what was rendered, by which drift is seen. */
    public static final String CONTENT = GROUP + "/content";
    /** Annotation on pods that mount a token Secret: which version of it the kubelet was told of. */
    public static final String TOKEN_CHANGED = GROUP + "/token-changed";
    /** Annotation on the grant Secret: the grant without its tokens, as JSON. */
    public static final String SUMMARY = GROUP + "/summary";

    /** Annotations by which a user asks for an action: any new value asks once. */
    public static final String REFRESH_REQUESTED = GROUP + "/refresh-requested";

    public static final String REVOKE_REQUESTED = GROUP + "/revoke-requested";

    /** Annotations on the grant Secret by which an admin releases what only an admin may. */
    public static final String RELEASE = GROUP + "/release";

    public static final String REBIND = GROUP + "/rebind";

    /** Type of the Secret that an exported grant is handed out as, and annotation on it: which export. */
    public static final String EXPORT = GROUP + "/grant-export";

    /** Finalizer of connections with {@code onDelete: Revoke}. */
    public static final String FINALIZER = GROUP + "/revoke";

    /** Keys of a client Secret. */
    public static final String CLIENT_ID = "client_id";

    public static final String CLIENT_SECRET = "client_secret";
    /** Key of a bundle of certificates, where its provider names none. */
    public static final String CA_BUNDLE = "ca.crt";
    /** Key of an existing grant's Secret. */
    public static final String REFRESH_TOKEN = "refresh_token";
    /** Further keys of an exported grant: where it may go, and what it is for. */
    public static final String ISSUER = "issuer";

    public static final String TOKEN_ENDPOINT = "token_endpoint";
    public static final String SCOPE = "scope";
    /** Key of the pairing code in the Secret {@code <connection>-consent}. */
    public static final String PAIRING_CODE = "code";

    private static final Pattern OBJECT_NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

    private Names() {}

    /** Whether there could be an object, or a namespace, of this name (a DNS subdomain, RFC 1123). */
    public static boolean isObjectName(String name) {
        return OBJECT_NAME.matcher(name).matches();
    }

    /** The name of the Secret that holds a connection's pairing code. */
    public static String consentSecret(String connection) {
        return connection + "-consent";
    }
}

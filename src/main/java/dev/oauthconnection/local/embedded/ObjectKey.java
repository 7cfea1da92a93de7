package dev.oauthconnection.local.embedded;

import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * Which object.
 *
 * @param namespace empty for cluster-scoped kinds
 */
record ObjectKey(ResourceType type, String namespace, String name) implements Comparable<ObjectKey> {
    /**
     * RFC 1123 subdomain. It is also what makes a name safe as a file name. Kubernetes allows three more characters, which with
     * {@code .json} would exceed the 255 that file systems allow.
     */
    private static final Pattern NAME =
            Pattern.compile("(?=.{1,250}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?" + "(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

    private static final Comparator<ObjectKey> ORDER = Comparator.comparing(
                    (ObjectKey key) -> key.type().qualifiedPlural())
            .thenComparing(ObjectKey::namespace)
            .thenComparing(ObjectKey::name);

    static ObjectKey namespace(String name) {
        return new ObjectKey(ResourceType.NAMESPACES, "", name);
    }

    /** Whether namespace and name are such that an object may be created there. */
    boolean isValid() {
        return NAME.matcher(name).matches()
                && (namespace.isEmpty() || NAME.matcher(namespace).matches());
    }

    @Override
    public int compareTo(ObjectKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return type.qualifiedPlural() + " \"" + name + "\"" + (namespace.isEmpty() ? "" : " in " + namespace);
    }
}

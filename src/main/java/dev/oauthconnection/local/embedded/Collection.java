package dev.oauthconnection.local.embedded;

/**
 * The objects of one kind, in one namespace or in all.
 *
 * @param namespace empty for all namespaces, and for cluster-scoped kinds
 */
record Collection(ResourceType type, String namespace) {
    boolean contains(ObjectKey key) {
        return key.type().equals(type)
                && (namespace.isEmpty() || key.namespace().equals(namespace));
    }
}

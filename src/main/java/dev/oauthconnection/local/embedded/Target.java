package dev.oauthconnection.local.embedded;

import java.util.List;
import java.util.Optional;

/**
 * What a path names: {@code /api/v1/...} and {@code /apis/<group>/<version>/...}.
 *
 * @param name empty for a collection
 * @param subresource empty for the object itself
 */
record Target(ResourceType type, String namespace, String name, String subresource) {

    static Optional<Target> of(String path) {
        List<String> segments = List.of(path.substring(1).split("/", -1));
        if (path.startsWith("/api/v1/")) {
            return of("", "v1", segments.subList(2, segments.size()));
        }
        if (path.startsWith("/apis/") && segments.size() > 3) {
            return of(segments.get(1), segments.get(2), segments.subList(3, segments.size()));
        }
        return Optional.empty();
    }

    private static Optional<Target> of(String group, String version, List<String> rest) {
        boolean inNamespace = rest.size() >= 3 && rest.getFirst().equals("namespaces");
        Optional<ResourceType> namespaced =
                inNamespace ? ResourceType.find(group, version, rest.get(2)) : Optional.empty();
        if (namespaced.filter(ResourceType::namespaced).isPresent()) {
            return of(namespaced.get(), rest.get(1), rest.subList(3, rest.size()));
        }
        return ResourceType.find(group, version, rest.getFirst())
                // Without a namespace, only the collection over all namespaces can be named.
                .filter(type -> !type.namespaced() || rest.size() == 1)
                .flatMap(type -> of(type, "", rest.subList(1, rest.size())));
    }

    private static Optional<Target> of(ResourceType type, String namespace, List<String> rest) {
        return switch (rest.size()) {
            case 0 -> Optional.of(new Target(type, namespace, "", ""));
            case 1 -> Optional.of(new Target(type, namespace, rest.get(0), ""));
            case 2 ->
                rest.get(1).equals("status") && type.status()
                        ? Optional.of(new Target(type, namespace, rest.get(0), "status"))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    boolean isCollection() {
        return name.isEmpty();
    }

    Collection collection() {
        return new Collection(type, namespace);
    }

    ObjectKey key() {
        return new ObjectKey(type, namespace, name);
    }

    Admission.Part part() {
        return subresource.isEmpty() ? Admission.Part.MAIN : Admission.Part.STATUS;
    }
}

package dev.oauthconnection.local.embedded;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** What the API says about itself, so that clients such as kubectl find their way. */
final class Discovery {
    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    private Discovery() {}

    static Optional<ObjectNode> of(String path) {
        return switch (path) {
            case "/version" ->
                Optional.of(Json.object().put("major", "1").put("minor", "35").put("gitVersion", "v1.35.0+embedded"));
            case "/api" -> {
                ObjectNode versions = Json.object().put("kind", "APIVersions");
                versions.putArray("versions").add("v1");
                yield Optional.of(versions);
            }
            case "/apis" -> Optional.of(groups());
            default -> resources(path);
        };
    }

    private static ObjectNode groups() {
        ObjectNode list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = list.putArray("groups");
        ResourceType.ALL.stream()
                .filter(type -> !type.group().isEmpty())
                .map(type -> List.of(type.group(), type.version()))
                .distinct()
                .forEach(group -> {
                    ObjectNode entry = groups.addObject().put("name", group.get(0));
                    entry.putArray("versions").add(version(group.get(0), group.get(1)));
                    entry.set("preferredVersion", version(group.get(0), group.get(1)));
                });
        return list;
    }

    private static ObjectNode version(String group, String version) {
        return Json.object().put("groupVersion", group + "/" + version).put("version", version);
    }

    private static Optional<ObjectNode> resources(String path) {
        List<ResourceType> types = ResourceType.ALL.stream()
                .filter(type -> path.equals((type.group().isEmpty() ? "/api/" : "/apis/") + type.apiVersion()))
                .toList();
        if (types.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode list = Json.object()
                .put("kind", "APIResourceList")
                .put("apiVersion", "v1")
                .put("groupVersion", types.getFirst().apiVersion());
        ArrayNode resources = list.putArray("resources");
        for (ResourceType type : types) {
            describe(resources.addObject(), type, type.plural());
            if (type.status()) {
                describe(resources.addObject(), type, type.plural() + "/status");
            }
        }
        return Optional.of(list);
    }

    private static void describe(ObjectNode resource, ResourceType type, String name) {
        resource.put("name", name)
                .put("singularName", "")
                .put("namespaced", type.namespaced())
                .put("kind", type.kind());
        VERBS.forEach(resource.putArray("verbs")::add);
    }
}

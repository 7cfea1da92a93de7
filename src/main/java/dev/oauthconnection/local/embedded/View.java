package dev.oauthconnection.local.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** How objects are shown: whole, or as {@code PartialObjectMetadata}, for clients that are to see no content. */
enum View {
    WHOLE,
    METADATA_ONLY;

    private static final String META = "meta.k8s.io/v1";

    static View of(ApiRequest request) {
        return request.wantsMetadataOnly() ? METADATA_ONLY : WHOLE;
    }

    ObjectNode show(ObjectNode object) {
        if (this == WHOLE) {
            return object;
        }
        return Json.object()
                .put("kind", "PartialObjectMetadata")
                .put("apiVersion", META)
                .set("metadata", object.path("metadata"));
    }

    ObjectNode list(ResourceType type, ObjectStore.Listing listing) {
        ObjectNode list = Json.object()
                .put("kind", this == WHOLE ? type.kind() + "List" : "PartialObjectMetadataList")
                .put("apiVersion", this == WHOLE ? type.apiVersion() : META);
        list.putObject("metadata").put("resourceVersion", Long.toString(listing.resourceVersion()));
        List<ObjectNode> shown = listing.items().stream().map(this::show).toList();
        list.putArray("items").addAll(shown);
        return list;
    }

    ObjectNode event(String type, ObjectNode object) {
        return Json.object().put("type", type).set("object", show(object));
    }

    ObjectNode bookmark(ResourceType type, long resourceVersion) {
        ObjectNode object = Json.object().put("kind", type.kind()).put("apiVersion", type.apiVersion());
        object.putObject("metadata").put("resourceVersion", Long.toString(resourceVersion));
        return event("BOOKMARK", object);
    }
}

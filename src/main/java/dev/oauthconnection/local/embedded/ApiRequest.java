package dev.oauthconnection.local.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * A request that carried the right token.
 *
 * @param path as sent: no name that is served needs percent-encoding
 * @param contentType media type without parameters, or empty
 */
record ApiRequest(
        String method, String path, Map<String, String> query, String contentType, String accept, byte[] body) {

    String parameter(String name) {
        return query.getOrDefault(name, "");
    }

    boolean isWatch() {
        return parameter("watch").equals("true") || parameter("watch").equals("1");
    }

    boolean isDryRun() {
        return !parameter("dryRun").isEmpty();
    }

    boolean wantsBookmarks() {
        return parameter("allowWatchBookmarks").equals("true");
    }

    boolean wantsMetadataOnly() {
        return accept.contains("as=PartialObjectMetadata");
    }

    Predicate<ObjectNode> selector() {
        return Selectors.labels(parameter("labelSelector")).and(Selectors.fields(parameter("fieldSelector")));
    }

    /** Where a watch begins; empty: with everything that is there now. */
    OptionalLong since() {
        OptionalLong version = number("resourceVersion");
        return version.isPresent() && version.getAsLong() == 0 ? OptionalLong.empty() : version;
    }

    OptionalLong number(String name) {
        String text = parameter(name);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw ApiFailure.badRequest(name + " must be a number");
        }
    }

    ObjectNode object() {
        return Json.parseObject(body);
    }

    /** The body, or an empty object where there is none. */
    ObjectNode options() {
        return body.length == 0 ? Json.object() : object();
    }
}

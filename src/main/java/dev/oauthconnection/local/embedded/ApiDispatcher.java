package dev.oauthconnection.local.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;

/** From a request to its answer: which verb on which object. Knows nothing of HTTP servers. */
final class ApiDispatcher {
    /** How long a watch lasts that does not say. */
    private static final Duration WATCH = Duration.ofMinutes(30);

    private final ObjectStore store;
    private final Writes writes;

    ApiDispatcher(ObjectStore store, Writes writes) {
        this.store = store;
        this.writes = writes;
    }

    ApiAnswer answer(ApiRequest request) {
        try {
            Optional<Target> target = Target.of(request.path());
            if (target.isPresent()) {
                return answer(request, target.get());
            }
            return Discovery.of(request.path())
                    .map(body -> new ApiAnswer.Reply(200, body))
                    .orElseThrow(() -> ApiFailure.noSuchPath(request.path()));
        } catch (ApiFailure failure) {
            return new ApiAnswer.Reply(failure.code(), failure.status());
        }
    }

    private ApiAnswer answer(ApiRequest request, Target target) {
        return switch (request.method()) {
            case "GET" -> target.isCollection() ? collection(request, target) : found(request, target);
            case "POST" -> create(request, target);
            case "PUT" -> replace(request, target);
            case "PATCH" -> patch(request, target);
            case "DELETE" -> delete(request, target);
            default -> throw ApiFailure.methodNotAllowed(request.method(), request.path());
        };
    }

    private ApiAnswer found(ApiRequest request, Target target) {
        return new ApiAnswer.Reply(200, View.of(request).show(store.get(target.key())));
    }

    private ApiAnswer collection(ApiRequest request, Target target) {
        View view = View.of(request);
        if (!request.isWatch()) {
            return new ApiAnswer.Reply(
                    200, view.list(target.type(), store.list(target.collection(), request.selector())));
        }
        Duration atMost = Duration.ofSeconds(request.number("timeoutSeconds").orElse(WATCH.toSeconds()));
        return new ApiAnswer.Stream(
                store.watch(target.collection(), request.selector(), request.since()),
                view,
                request.wantsBookmarks(),
                atMost);
    }

    private ApiAnswer create(ApiRequest request, Target target) {
        if (!target.isCollection()
                || (target.type().namespaced() && target.namespace().isEmpty())) {
            throw ApiFailure.methodNotAllowed("POST", request.path());
        }
        ObjectNode object = request.object();
        requireIdentity(target, object);
        ObjectKey key = new ObjectKey(
                target.type(),
                target.namespace(),
                object.path("metadata").path("name").asText(""));
        return reply(request, writes.create(key, object, request.isDryRun()));
    }

    private ApiAnswer replace(ApiRequest request, Target target) {
        requireName(request, target);
        ObjectNode object = request.object();
        requireIdentity(target, object);
        if (target.type().custom() && !object.path("metadata").hasNonNull("resourceVersion")) {
            throw ApiFailure.invalid(target.key(), "metadata.resourceVersion: must be specified for an update");
        }
        return reply(request, writes.update(target.key(), target.part(), current -> object, request.isDryRun()));
    }

    private ApiAnswer patch(ApiRequest request, Target target) {
        requireName(request, target);
        ObjectKey key = target.key();
        return switch (request.contentType()) {
            case "application/json-patch+json" ->
                reply(
                        request,
                        writes.update(
                                key,
                                target.part(),
                                current -> Patches.json(key, current, Json.parse(request.body())),
                                request.isDryRun()));
            case "application/merge-patch+json" -> {
                ObjectNode patch = request.object();
                yield reply(
                        request,
                        writes.update(
                                key, target.part(), current -> Patches.merge(current, patch), request.isDryRun()));
            }
            case "application/apply-patch+yaml" -> {
                ObjectNode applied = request.object();
                requireIdentity(target, applied);
                yield reply(
                        request,
                        writes.apply(
                                key, target.part(), applied, request.parameter("fieldManager"), request.isDryRun()));
            }
            default ->
                throw ApiFailure.unsupportedMediaType(
                        "use application/json-patch+json, application/merge-patch+json or application/apply-patch+yaml");
        };
    }

    private ApiAnswer delete(ApiRequest request, Target target) {
        Deletion.Options options = Deletion.Options.of(request.options(), request.parameter("propagationPolicy"));
        if (target.isCollection()) {
            ObjectStore.Listing listing = store.atomically(() -> {
                ObjectStore.Listing present = store.list(target.collection(), request.selector());
                present.items().stream()
                        .map(object -> keyOf(target.type(), object))
                        .forEach(key -> {
                            if (store.find(key).isPresent()) {
                                writes.delete(key, options, request.isDryRun());
                            }
                        });
                return present;
            });
            return new ApiAnswer.Reply(200, View.of(request).list(target.type(), listing));
        }
        ObjectNode body = writes.delete(target.key(), options, request.isDryRun())
                .map(View.of(request)::show)
                .orElseGet(() -> success(target));
        return new ApiAnswer.Reply(200, body);
    }

    private static ApiAnswer reply(ApiRequest request, Writes.Written written) {
        return new ApiAnswer.Reply(
                written.created() ? 201 : 200, View.of(request).show(written.object()));
    }

    private static ObjectKey keyOf(ResourceType type, ObjectNode object) {
        return new ObjectKey(
                type,
                object.path("metadata").path("namespace").asText(""),
                object.path("metadata").path("name").asText());
    }

    private static ObjectNode success(Target target) {
        ObjectNode status =
                Json.object().put("kind", "Status").put("apiVersion", "v1").put("status", "Success");
        status.putObject("details")
                .put("name", target.name())
                .put("kind", target.type().plural());
        return status;
    }

    private static void requireName(ApiRequest request, Target target) {
        if (target.isCollection()) {
            throw ApiFailure.methodNotAllowed(request.method(), request.path());
        }
    }

    /** The object sent must be of the kind, namespace and name that the path says, as far as it says any. */
    private static void requireIdentity(Target target, ObjectNode object) {
        requireSame(
                "apiVersion",
                target.type().apiVersion(),
                object.path("apiVersion").asText(""));
        requireSame("kind", target.type().kind(), object.path("kind").asText(""));
        requireSame(
                "metadata.namespace",
                target.namespace(),
                object.path("metadata").path("namespace").asText(""));
        if (!target.isCollection()) {
            requireSame(
                    "metadata.name",
                    target.name(),
                    object.path("metadata").path("name").asText(""));
        }
    }

    private static void requireSame(String field, String ofPath, String ofObject) {
        if (!ofObject.isEmpty() && !ofObject.equals(ofPath)) {
            throw ApiFailure.badRequest("the " + field + " of the object (" + ofObject
                    + ") does not match the one of the request (" + ofPath + ")");
        }
    }
}

package dev.oauthconnection.local.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A request that the API refuses: answered as a {@code Status}, as Kubernetes does. The message never quotes an object's content. */
final class ApiFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;

    private ApiFailure(int code, String reason, String message) {
        // No stack trace: it is an answer, not a fault of the program.
        super(message, null, false, false);
        this.code = code;
        this.reason = reason;
    }

    static ApiFailure badRequest(String message) {
        return new ApiFailure(400, "BadRequest", message);
    }

    static ApiFailure forbidden(String message) {
        return new ApiFailure(403, "Forbidden", message);
    }

    static ApiFailure notFound(ObjectKey key) {
        return new ApiFailure(404, "NotFound", key + " not found");
    }

    static ApiFailure noSuchPath(String path) {
        return new ApiFailure(404, "NotFound", "the embedded API does not serve " + path);
    }

    static ApiFailure methodNotAllowed(String method, String path) {
        return new ApiFailure(405, "MethodNotAllowed", method + " is not allowed on " + path);
    }

    static ApiFailure alreadyExists(ObjectKey key) {
        return new ApiFailure(409, "AlreadyExists", key + " already exists");
    }

    static ApiFailure conflict(ObjectKey key, String why) {
        return new ApiFailure(409, "Conflict", "Operation cannot be fulfilled on " + key + ": " + why);
    }

    static ApiFailure expired(String message) {
        return new ApiFailure(410, "Expired", message);
    }

    static ApiFailure tooLarge(int limit) {
        return new ApiFailure(413, "RequestEntityTooLarge", "the body is larger than " + limit + " bytes");
    }

    static ApiFailure unsupportedMediaType(String message) {
        return new ApiFailure(415, "UnsupportedMediaType", message);
    }

    static ApiFailure invalid(ObjectKey key, String why) {
        return new ApiFailure(422, "Invalid", key + " is invalid: " + why);
    }

    static ApiFailure internal(String message) {
        return new ApiFailure(500, "InternalError", message);
    }

    int code() {
        return code;
    }

    String reason() {
        return reason;
    }

    ObjectNode status() {
        return Json.object()
                .put("kind", "Status")
                .put("apiVersion", "v1")
                .put("status", "Failure")
                .put("message", getMessage())
                .put("reason", reason)
                .put("code", code);
    }
}

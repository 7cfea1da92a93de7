package dev.oauthconnection.consent;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parameters in the form of application/x-www-form-urlencoded, from a query or from a body of at most 64 KiB. */
final class FormParameters {
    static final int LARGEST_BODY = 64 * 1024;

    private FormParameters() {}

    /** A body that is not read, with the status and the text that say so. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        private final int status;

        Unreadable(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    static Map<String, List<String>> query(Context context) throws Unreadable {
        return parse(context.queryString());
    }

    static Map<String, List<String>> body(Context context) throws Unreadable {
        String type = context.contentType();
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded")) {
            throw new Unreadable(415, "Send the form as application/x-www-form-urlencoded.");
        }
        try (InputStream in = context.bodyInputStream()) {
            byte[] body = in.readNBytes(LARGEST_BODY + 1);
            if (body.length > LARGEST_BODY) {
                throw new Unreadable(413, "The form is larger than 64 KiB.");
            }
            return parse(new String(body, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new Unreadable(400, "The form arrived incomplete.");
        }
    }

    private static Map<String, List<String>> parse(@Nullable String form) throws Unreadable {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        if (form == null || form.isEmpty()) {
            return parameters;
        }
        try {
            for (String pair : form.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
                parameters.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
            }
        } catch (IllegalArgumentException e) {
            throw new Unreadable(400, "The parameters are not encoded as a form.");
        }
        return parameters;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}

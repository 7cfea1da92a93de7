package dev.oauthconnection.laboratory;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the laboratory reads in the requests and answers that pass it. */
final class Form {
    private Form() {}

    /** A field of an urlencoded form; empty for none. */
    static String field(String form, String name) {
        for (String pair : form.split("&")) {
            if (pair.startsWith(name + "=")) {
                return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    /** A string of a flat JSON object; empty for none. */
    static String json(String text, String name) {
        Matcher value = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]*)\"").matcher(text);
        return value.find() ? value.group(1) : "";
    }
}

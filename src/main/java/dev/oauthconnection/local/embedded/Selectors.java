package dev.oauthconnection.local.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Label selectors ({@code a=b,c!=d,e in (f,g),h notin (i),j,!k}) and field selectors ({@code metadata.name=a,type!=b}). */
final class Selectors {
    private static final Pattern COMMA_OUTSIDE_PARENTHESES = Pattern.compile(",(?![^(]*\\))");
    private static final Pattern SET = Pattern.compile("(\\S+)\\s+(in|notin)\\s*\\(([^)]*)\\)");
    private static final Pattern EQUALITY = Pattern.compile("([^\\s=!]+)\\s*(==|=|!=)\\s*(\\S*)");
    private static final Pattern EXISTENCE = Pattern.compile("(!?)\\s*([^\\s=!()]+)");

    private Selectors() {}

    static Predicate<ObjectNode> labels(String selector) {
        return all(selector, Selectors::label);
    }

    static Predicate<ObjectNode> fields(String selector) {
        return all(selector, Selectors::field);
    }

    private interface Term {
        Predicate<ObjectNode> parse(String text);
    }

    private static Predicate<ObjectNode> all(String selector, Term term) {
        return COMMA_OUTSIDE_PARENTHESES
                .splitAsStream(selector)
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(term::parse)
                .reduce(object -> true, Predicate::and);
    }

    /** As in Kubernetes, {@code !=} and {@code notin} also select objects without the label. */
    private static Predicate<ObjectNode> label(String term) {
        Matcher set = SET.matcher(term);
        if (set.matches()) {
            String key = set.group(1);
            Set<String> values = Arrays.stream(set.group(3).split(",", -1))
                    .map(String::strip)
                    .collect(Collectors.toUnmodifiableSet());
            boolean in = set.group(2).equals("in");
            return object -> {
                JsonNode value = label(object, key);
                return in == (value.isTextual() && values.contains(value.asText()));
            };
        }
        Matcher equality = EQUALITY.matcher(term);
        if (equality.matches()) {
            String key = equality.group(1);
            return compare(equality, object -> label(object, key));
        }
        Matcher existence = EXISTENCE.matcher(term);
        if (existence.matches()) {
            boolean exists = existence.group(1).isEmpty();
            return object -> label(object, existence.group(2)).isTextual() == exists;
        }
        throw ApiFailure.badRequest("unable to parse the label selector at: " + term);
    }

    private static Predicate<ObjectNode> field(String term) {
        Matcher equality = EQUALITY.matcher(term);
        if (!equality.matches()) {
            throw ApiFailure.badRequest("unable to parse the field selector at: " + term);
        }
        String path = "/" + equality.group(1).replace('.', '/');
        return compare(equality, object -> object.at(path));
    }

    private interface Value {
        JsonNode of(ObjectNode object);
    }

    private static Predicate<ObjectNode> compare(Matcher equality, Value value) {
        String expected = equality.group(3);
        boolean equal = !equality.group(2).equals("!=");
        return object -> {
            JsonNode actual = value.of(object);
            return equal == (!actual.isMissingNode() && actual.asText().equals(expected));
        };
    }

    private static JsonNode label(ObjectNode object, String key) {
        return object.path("metadata").path("labels").path(key);
    }
}

package dev.oauthconnection.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents point at is there: files, classes, tests. */
class DocsTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
    private static final Pattern CLASS = Pattern.compile("`([a-z]+\\.)([A-Z][A-Za-z]+)`");
    private static final Pattern TEST = Pattern.compile("-Dtest=(\\w+)|`(\\w+(?:Test|IT))`");

    static Stream<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            return Stream.concat(
                    Stream.of("README.md", "CONTRIBUTING.md", "examples/README.md")
                            .map(Path::of),
                    docs.filter(file -> file.toString().endsWith(".md")))
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void each_link_leads_to_a_file(Path document) {
        Path folder = document.toAbsolutePath().getParent();
        assertThat(found(LINK, document))
                .allSatisfy(link -> assertThat(folder.resolve(link.group(1))).exists());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void each_test_that_is_named_is_there(Path document) throws IOException {
        Set<String> tests = classesUnder("src/test/java");
        assertThat(found(TEST, document))
                .allSatisfy(test -> assertThat(tests).contains(test.group(1) == null ? test.group(2) : test.group(1)));
    }

    @Test
    void each_class_that_the_architecture_names_is_where_it_says() {
        Path root = Path.of("src/main/java/dev/oauthconnection");
        List<MatchResult> classes = found(CLASS, Path.of("docs/architecture.md"));
        assertThat(classes).hasSizeGreaterThan(20).allSatisfy(name -> assertThat(
                        root.resolve(name.group(1).replace('.', '/')).resolve(name.group(2) + ".java"))
                .exists());
    }

    private static List<MatchResult> found(Pattern pattern, Path document) {
        try {
            return pattern.matcher(Files.readString(document)).results().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> classesUnder(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.replace(".java", ""))
                    .collect(Collectors.toSet());
        }
    }
}

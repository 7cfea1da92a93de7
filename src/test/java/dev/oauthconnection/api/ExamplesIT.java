package dev.oauthconnection.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.Kubectl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExamplesIT {
    private static final Path EXAMPLES = Path.of("examples");

    @RegisterExtension
    static final ApiServer api = new ApiServer();

    /** Those that examples name: the operator's, as the README creates it, and a team's. Here they have names of this test's own. */
    private static String operators;

    private static String sales;

    @BeforeAll
    static void namespaces() {
        operators = api.newNamespace();
        sales = api.newNamespace();
    }

    static Stream<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void each_example_is_accepted_under_strict_validation(Path example) throws IOException {
        String manifest = Files.readString(example)
                .replace("namespace: oauthconnection-system", "namespace: " + operators)
                .replace("namespace: sales", "namespace: " + sales);
        Kubectl.Result result = api.kubectl().apply(manifest);
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output().lines()).allMatch(line -> line.endsWith(" created"));
    }

    @Test
    void each_example_is_in_the_list() throws IOException {
        String list = Files.readString(EXAMPLES.resolve("README.md"));
        assertThat(examples()).allSatisfy(example -> assertThat(list).contains("(" + example.getFileName() + ")"));
    }
}

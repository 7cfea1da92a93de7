package dev.oauthconnection.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.Kubectl;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    @BeforeAll
    static void namespaces_that_the_examples_name() {
        for (String name : List.of("oauthconnection-system", "sales")) {
            api.client()
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .endMetadata()
                            .build())
                    .create();
        }
    }

    static Stream<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void each_example_is_accepted_under_strict_validation(Path example) throws IOException {
        Kubectl.Result result = api.kubectl().apply(Files.readString(example));
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output().lines()).allMatch(line -> line.endsWith(" created"));
    }

    @Test
    void each_example_is_in_the_list() throws IOException {
        String list = Files.readString(EXAMPLES.resolve("README.md"));
        assertThat(examples()).allSatisfy(example -> assertThat(list).contains("(" + example.getFileName() + ")"));
    }
}

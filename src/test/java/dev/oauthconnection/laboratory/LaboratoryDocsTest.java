package dev.oauthconnection.laboratory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the laboratory can do, its document names. */
class LaboratoryDocsTest {
    private static final Path DOCUMENT = Path.of("docs/laboratory.md");

    @ParameterizedTest
    @EnumSource
    void each_fault_is_named(Disturbance fault) throws IOException {
        assertThat(Files.readString(DOCUMENT)).contains("`" + fault + "`");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "Unexplained")
    void each_window_is_named_as_the_table_of_results_names_it(Window window) throws IOException {
        assertThat(Files.readString(DOCUMENT)).contains("| " + window.meaning + " |");
    }
}

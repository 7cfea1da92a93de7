package dev.oauthconnection.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The sources are formatted by a tool; {@code mvn -q test -Dtest=FormattingTest -Dformat} formats them. */
class FormattingTest {
    private static final Formatter FORMATTER = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .build());

    @Test
    void every_source_is_formatted() throws Exception {
        List<Path> unformatted = new ArrayList<>();
        for (Path source : sources()) {
            String is = Files.readString(source);
            String should = format(is);
            if (!is.equals(should)) {
                if (System.getProperty("format") == null) {
                    unformatted.add(source);
                } else {
                    Files.writeString(source, should);
                }
            }
        }
        assertThat(unformatted)
                .as("run: mvn -q test -Dtest=FormattingTest -Dformat")
                .isEmpty();
    }

    private static String format(String source) throws Exception {
        String imports = ImportOrderer.reorderImports(
                RemoveUnusedImports.removeUnusedImports(source), JavaFormatterOptions.Style.PALANTIR);
        return FORMATTER.formatSource(imports);
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            return files.filter(f -> f.toString().endsWith(".java")).sorted().toList();
        }
    }
}

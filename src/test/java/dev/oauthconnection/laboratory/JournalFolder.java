package dev.oauthconnection.laboratory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The journal of a pod: in memory where the machine has such a folder, as an emptyDir is. */
record JournalFolder(Path path) {
    private static final Path MEMORY = Path.of("/dev/shm");

    /** @param otherwise where there is no memory */
    static JournalFolder make(Path otherwise) {
        try {
            Path memory = Files.isDirectory(MEMORY) ? MEMORY : otherwise;
            return new JournalFolder(Files.createTempDirectory(memory, "laboratory-journal-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Read as text: the oracle does not take the operator's word for what a journal is. */
    List<TokenName> tokens() {
        try (Stream<Path> files = Files.list(path)) {
            return files.map(JournalFolder::text)
                    .flatMap(text -> TokenName.in(text).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    void delete() {
        try (Stream<Path> files = Files.walk(path)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

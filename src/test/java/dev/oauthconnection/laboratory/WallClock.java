package dev.oauthconnection.laboratory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A wall clock that differs from this machine's, for processes that are started with it: libfaketime tells them the time. */
final class WallClock {
    private static final String LIBRARY = "faketime/libfaketimeMT.so.1";
    private static final List<Path> ROOTS =
            List.of(Path.of("/usr/lib"), Path.of("/usr/lib64"), Path.of("/usr/local/lib"));

    private final Path library;
    private final Path difference;

    /** One that is right. */
    WallClock(Path folder) {
        library = library();
        difference = folder.resolve("wall-clock-" + System.nanoTime());
        ahead(Duration.ZERO);
    }

    /** Sets it: ahead of this machine's by so much, behind it by what is negative. Who reads it has seen that a second later. */
    void ahead(Duration duration) {
        try {
            Path next = difference.resolveSibling(difference.getFileName() + ".next");
            Files.writeString(next, "%+d".formatted(duration.toSeconds()));
            Files.move(next, difference, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAKETIME_TIMESTAMP_FILE", difference.toString(),
                "FAKETIME_CACHE_DURATION", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "NO_FAKE_STAT", "1");
    }

    private static Path library() {
        return ROOTS.stream()
                .flatMap(WallClock::within)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no libfaketime here, which the faults of clocks need: install it (Debian: libfaketime)"));
    }

    /** In it, or in that of an architecture. */
    private static Stream<Path> within(Path root) {
        if (!Files.isDirectory(root)) {
            return Stream.empty();
        }
        try (Stream<Path> folders = Files.list(root)) {
            return Stream.concat(Stream.of(root), folders.toList().stream()).map(folder -> folder.resolve(LIBRARY));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

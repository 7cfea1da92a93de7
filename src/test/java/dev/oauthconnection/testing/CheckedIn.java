package dev.oauthconnection.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is generated from the code and checked in. */
public final class CheckedIn {
    private CheckedIn() {}

    /** Fails, saying what to run, when {@code file} is not {@code expected}; writes it instead when the property {@code regenerate} is set. */
    public static void assertCurrent(Path file, String expected, Class<?> test) {
        try {
            if (System.getProperty("regenerate") != null) {
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.writeString(file, expected);
            }
            assertThat(Files.exists(file) ? Files.readString(file) : "")
                    .as(
                            "%s is stale. Bring it up to date with: mvn -q test -Dtest=%s -Dregenerate",
                            file, test.getSimpleName())
                    .isEqualTo(expected);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

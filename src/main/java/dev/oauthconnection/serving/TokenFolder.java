package dev.oauthconnection.serving;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A token Secret that is mounted as a folder. The kubelet writes each version into a folder of its own and then points the link
 * {@code ..data} at it, so what is read from one resolved folder belongs together.
 */
public record TokenFolder(Path folder) {
    private static final List<String> KEYS = List.of("access_token", "token_type", "expires_at", "scope");
    private static final String LINK = "..data";
    /** A version can go between two files; three in a row do not. */
    private static final int ATTEMPTS = 3;
    /** No Secret holds more. */
    private static final int MAX_BYTES = 1 << 20;

    /** The values of those keys of a token Secret that are there. */
    Map<String, String> values() throws IOException {
        for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
            Path version = version();
            Map<String, String> values = read(version);
            if (version.equals(version())) {
                return values;
            }
        }
        return read(version());
    }

    private Path version() throws IOException {
        Path link = folder.resolve(LINK);
        return Files.exists(link) ? link.toRealPath() : folder;
    }

    private static Map<String, String> read(Path version) throws IOException {
        Map<String, String> values = new HashMap<>();
        for (String key : KEYS) {
            try (InputStream file = Files.newInputStream(version.resolve(key))) {
                values.put(key, new String(file.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip());
            } catch (NoSuchFileException e) {
                // Not in this Secret, or not in this version of it any more.
            }
        }
        return values;
    }
}

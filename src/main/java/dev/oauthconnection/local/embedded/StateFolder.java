package dev.oauthconnection.local.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.oauthconnection.files.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The objects on disk: one file each, {@code <plural>/<namespace>/<name>.json}, and the resourceVersion up to which versions may have
 * been given out. A method that returned has its effect on the disk. Not for use by two threads at once.
 */
final class StateFolder {
    /** No namespace has this name: an underscore is not allowed there. */
    private static final String CLUSTER = "_cluster";

    private static final String SUFFIX = ".json";

    private final Path folder;
    private final Path reserved;

    StateFolder(Path folder) throws IOException {
        this.folder = folder;
        this.reserved = folder.resolve("resourceVersion");
        PrivateFiles.createFolder(folder);
    }

    /**
     * Reads every object.
     *
     * @throws IOException naming the file, if one cannot be read; nothing is dropped in silence
     */
    NavigableMap<ObjectKey, ObjectNode> load() throws IOException {
        NavigableMap<ObjectKey, ObjectNode> objects = new TreeMap<>();
        Files.deleteIfExists(folder.resolve(PrivateFiles.TEMPORARY));
        for (Path kind : children(folder)) {
            if (kind.equals(reserved)) {
                continue;
            }
            ResourceType type = ResourceType.durable(name(kind))
                    .orElseThrow(() -> new IOException(kind + " is not a kind of object that is kept here;"
                            + " move it away, or use the version of the program that wrote it"));
            for (Path namespace : children(kind)) {
                Files.deleteIfExists(namespace.resolve(PrivateFiles.TEMPORARY));
                for (Path file : children(namespace)) {
                    objects.put(key(type, namespace, file), read(file));
                }
            }
        }
        return objects;
    }

    void write(ObjectKey key, ObjectNode object) throws IOException {
        Path file = file(key);
        Path parent = file.resolveSibling(".").normalize();
        if (!Files.isDirectory(parent)) {
            PrivateFiles.createFolder(parent);
        }
        PrivateFiles.replace(file, Json.bytes(object));
    }

    void delete(ObjectKey key) throws IOException {
        PrivateFiles.delete(file(key));
    }

    /** The highest resourceVersion that an earlier process may have given out. */
    long reserved() throws IOException {
        if (!Files.exists(reserved)) {
            return 0;
        }
        try {
            return Long.parseLong(Files.readString(reserved).strip());
        } catch (NumberFormatException e) {
            throw unreadable(reserved, "it should hold one number");
        }
    }

    void reserve(long resourceVersion) throws IOException {
        PrivateFiles.replace(reserved, Long.toString(resourceVersion).getBytes(StandardCharsets.US_ASCII));
    }

    private Path file(ObjectKey key) {
        return folder.resolve(key.type().plural())
                .resolve(key.namespace().isEmpty() ? CLUSTER : key.namespace())
                .resolve(key.name() + SUFFIX);
    }

    private static ObjectKey key(ResourceType type, Path namespace, Path file) throws IOException {
        String name = name(file);
        String scope = name(namespace);
        if (!name.endsWith(SUFFIX) || type.namespaced() == scope.equals(CLUSTER)) {
            throw unreadable(file, "no object of this program has that path");
        }
        return new ObjectKey(type, type.namespaced() ? scope : "", name.substring(0, name.length() - SUFFIX.length()));
    }

    private static ObjectNode read(Path file) throws IOException {
        JsonNode node;
        try {
            node = Json.MAPPER.readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw unreadable(file, "it is not JSON");
        }
        if (node instanceof ObjectNode object
                && name(file).equals(object.path("metadata").path("name").asText() + SUFFIX)) {
            return object;
        }
        throw unreadable(file, "it is not the object of that name");
    }

    /** The message says what is wrong and never what the file holds. */
    private static IOException unreadable(Path file, String why) {
        return new IOException("cannot read " + file + ": " + why + "; restore it from a backup, or move it away");
    }

    /** Hidden entries are not ours: desktops leave some. */
    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> !name(entry).startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private static String name(Path path) {
        return path.subpath(path.getNameCount() - 1, path.getNameCount()).toString();
    }
}

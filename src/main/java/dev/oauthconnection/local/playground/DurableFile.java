package dev.oauthconnection.local.playground;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A file that is replaced as a whole: after a kill or a loss of power it is the old one or the new one. Only its owner may read it. */
final class DurableFile {
    private final Path path;
    private final Path folder;

    DurableFile(Path path) {
        this.path = path.toAbsolutePath();
        this.folder = this.path.resolveSibling("");
    }

    /** The content, or null when there is no file. */
    byte @Nullable [] read() throws IOException {
        return Files.exists(path) ? Files.readAllBytes(path) : null;
    }

    /** Returns when the new content, and the name that points to it, are on the disk. */
    void write(byte[] content) throws IOException {
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel channel = FileChannel.open(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}

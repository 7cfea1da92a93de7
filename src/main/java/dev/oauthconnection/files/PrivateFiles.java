package dev.oauthconnection.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that only their owner may read (folders 0700, files 0600), and writes that survive the loss of power. */
public final class PrivateFiles {
    /** Elsewhere than on POSIX the permissions of the user's own folder must do, and a folder cannot be synchronised. */
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    /** What a write that was cut off leaves behind in its folder. */
    public static final String TEMPORARY = ".write.tmp";

    private PrivateFiles() {}

    /** Makes the folder and those above it. One that exists is closed to others. Made folders survive the loss of power. */
    public static void createFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            if (POSIX) {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            }
            return;
        }
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            createFolder(parent);
        }
        Files.createDirectory(folder, permissions("rwx------"));
        if (parent != null) {
            synchronize(parent);
        }
    }

    public static FileChannel open(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, Set.of(options), permissions("rw-------"));
    }

    /**
     * Replaces the file's content as one step: after a crash at any point the file holds the old content or the new, and once this
     * returns, the new. Writes in one folder must not overlap.
     */
    public static void replace(Path file, byte[] content) throws IOException {
        replace(file, content, file.resolveSibling(TEMPORARY));
    }

    /** As {@link #replace(Path, byte[])}, by way of a temporary file in the same folder, which no other write uses. */
    public static void replace(Path file, byte[] content, Path temporary) throws IOException {
        Files.deleteIfExists(temporary);
        try (FileChannel channel = open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        rename(temporary, file);
    }

    /** Once this returns, the file has its new name for good. Both names are of one folder. */
    public static void rename(Path file, Path name) throws IOException {
        Files.move(file, name, StandardCopyOption.ATOMIC_MOVE);
        synchronize(name.resolveSibling(".").normalize());
    }

    public static void delete(Path file) throws IOException {
        if (Files.deleteIfExists(file)) {
            synchronize(file.resolveSibling(".").normalize());
        }
    }

    private static void synchronize(Path folder) throws IOException {
        if (POSIX) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static FileAttribute<?>[] permissions(String symbolic) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(symbolic))
                }
                : new FileAttribute<?>[0];
    }
}

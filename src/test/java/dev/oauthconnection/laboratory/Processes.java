package dev.oauthconnection.laboratory;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which of the processes under test is at the other end of a connection: by the kernel's tables, so that nobody has to say who it is. */
final class Processes {
    private static final int LOOKS = 5;

    private final Set<Long> known = ConcurrentHashMap.newKeySet();

    void started(long pid) {
        known.add(pid);
    }

    void ended(long pid) {
        known.remove(pid);
    }

    /** The process whose socket on loopback has this port; 0 where there is none, also at a further look: then the one that had it is dead. */
    long ofPeer(int port) {
        // A table that changes while it is read may leave a line out.
        for (int look = 0; look < LOOKS; look++) {
            String inode = inode(port);
            for (long pid : inode.isEmpty() ? Set.<Long>of() : known) {
                if (holds(pid, "socket:[" + inode + "]")) {
                    return pid;
                }
            }
        }
        return 0;
    }

    private static String inode(int port) {
        String local = String.format(":%04X", port);
        for (String table : new String[] {"/proc/net/tcp6", "/proc/net/tcp"}) {
            try {
                for (String line : Files.readAllLines(Path.of(table))) {
                    String[] fields = line.strip().split("\\s+");
                    if (fields.length > 9 && fields[1].endsWith(local)) {
                        return fields[9];
                    }
                }
            } catch (IOException e) {
                // No such table here.
            }
        }
        return "";
    }

    private static boolean holds(long pid, String socket) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path descriptor : open) {
                if (isLinkTo(descriptor, socket)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // It ended meanwhile.
        }
        return false;
    }

    private static boolean isLinkTo(Path descriptor, String socket) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals(socket);
        } catch (IOException e) {
            // Closed meanwhile.
            return false;
        }
    }
}

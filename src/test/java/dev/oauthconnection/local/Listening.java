package dev.oauthconnection.local;

import dev.oauthconnection.testing.RealParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A TCP socket that a process listens on, as Linux tells it (proc(5)): whatever the process itself says.
 *
 * @param loopback whether it is bound to the loopback interface alone
 */
record Listening(int port, boolean loopback) implements Comparable<Listening> {
    private static final String LISTEN = "0A";

    /** Skips the test where there is no such file system. */
    static void requireIt() {
        RealParts.require(Files.isDirectory(Path.of("/proc/self/fd")), "this test reads /proc, which Linux has");
    }

    static Set<Listening> of(long pid) throws IOException {
        Set<String> own = sockets(pid);
        Set<Listening> found = new TreeSet<>();
        for (String table : List.of("tcp", "tcp6")) {
            Path file = Path.of("/proc", "" + pid, "net", table);
            if (!Files.exists(file)) {
                continue;
            }
            for (String line : Files.readAllLines(file)) {
                String[] field = line.strip().split("\\s+");
                if (field.length > 9 && field[3].equals(LISTEN) && own.contains(field[9])) {
                    found.add(read(field[1]));
                }
            }
        }
        return found;
    }

    /** The inodes of the sockets that the process holds. */
    private static Set<String> sockets(long pid) throws IOException {
        Set<String> inodes = new HashSet<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", "" + pid, "fd"))) {
            for (Path descriptor : descriptors.toList()) {
                String target = Files.isSymbolicLink(descriptor) ? link(descriptor) : "";
                if (target.startsWith("socket:[")) {
                    inodes.add(target.substring(8, target.length() - 1));
                }
            }
        }
        return inodes;
    }

    /** Empty for a descriptor that was closed meanwhile. */
    private static String link(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** {@code 0100007F:1389}, each 32-bit word of the address in the byte order of the machine. */
    private static Listening read(String local) {
        String[] part = local.split(":");
        boolean loopback = part[0].equals("0100007F")
                || part[0].equals("0000000000000000FFFF00000100007F")
                || part[0].equals("00000000000000000000000001000000");
        return new Listening(Integer.parseInt(part[1], 16), loopback);
    }

    @Override
    public int compareTo(Listening other) {
        return Integer.compare(port, other.port);
    }
}

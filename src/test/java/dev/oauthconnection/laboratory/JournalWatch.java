package dev.oauthconnection.laboratory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** When each answer was seen whole in a journal: the kernel tells of the file's last name, so what is measured is never too short. */
final class JournalWatch implements AutoCloseable {
    private final WatchService watches;
    private final Map<String, Instant> seen = new ConcurrentHashMap<>();

    JournalWatch() {
        try {
            watches = FileSystems.getDefault().newWatchService();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform()
                .daemon()
                .name("journals")
                .priority(Thread.MAX_PRIORITY)
                .start(this::run);
    }

    void add(Path journal) {
        try {
            journal.register(watches, StandardWatchEventKinds.ENTRY_CREATE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By the nonce of the redemption. */
    Map<String, Instant> seen() {
        return seen;
    }

    private void run() {
        try {
            while (true) {
                WatchKey key = watches.take();
                Instant now = Instant.now();
                for (WatchEvent<?> event : key.pollEvents()) {
                    String name = String.valueOf(event.context());
                    if (name.endsWith(".json")) {
                        seen.putIfAbsent(name.substring(0, name.length() - ".json".length()), now);
                    }
                }
                key.reset();
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            // It is over.
        }
    }

    @Override
    public void close() throws IOException {
        watches.close();
    }
}

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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /**
     * From the last byte of each answer until it was in a journal, in microseconds.
     *
     * @param nonces of the redemptions, by the refresh tokens that they brought
     */
    List<Long> lengths(List<Gate.Exchange> exchanges, Map<TokenName, String> nonces) {
        return exchanges.stream()
                .filter(Gate.Exchange::isRelayed)
                .flatMap(exchange -> Optional.ofNullable(nonces.get(exchange.issued()))
                        .map(seen::get)
                        .map(at -> Duration.between(exchange.relayed(), at))
                        .stream())
                .map(window -> Math.max(0, window.toNanos() / 1_000))
                .toList();
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

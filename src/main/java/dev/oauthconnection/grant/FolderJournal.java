package dev.oauthconnection.grant;

import dev.oauthconnection.files.PrivateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A journal in a folder: one file per entry, readable by its owner alone, on the disk before {@link #keep}
 * returns. In a cluster the folder is a memory-backed emptyDir, in local mode a folder of the user's.
 *
 * <p>A file that cannot be read is set aside as {@code *.unreadable} and reported, never deleted: a person may still find a refresh token
 * in it.
 */
public final class FolderJournal implements Journal {
    private static final String ENTRY = ".json";
    private static final String SET_ASIDE = ".unreadable";

    /** Is told about a file that cannot be read. */
    public interface Unreadable {
        /** @param why in the words of a user, without any of the content */
        void setAside(Path file, String why);
    }

    private final Path folder;
    private final Unreadable unreadable;
    private final String unfinished;

    /**
     * Opens the journal, and creates the folder (for its owner alone) where there is none. Of one process at a time.
     *
     * @throws UncheckedIOException when the folder cannot be used
     */
    public FolderJournal(Path folder, Unreadable unreadable) {
        this(folder, unreadable, ".tmp");
    }

    /**
     * For a second process that keeps answers in the same folder.
     *
     * @param unfinished how the names of files end that it is still writing; what the other one writes is not its own to finish
     */
    public FolderJournal(Path folder, Unreadable unreadable, String unfinished) {
        this.folder = folder;
        this.unreadable = unreadable;
        this.unfinished = unfinished;
        try {
            // One that is there may be a mounted volume, whose mode only its owner may change.
            if (!Files.isDirectory(folder)) {
                PrivateFiles.createFolder(folder);
            }
            finishWhatWasBegun();
        } catch (IOException e) {
            throw new UncheckedIOException("the journal folder " + folder + " cannot be used", e);
        }
    }

    @Override
    public void keep(JournalEntry entry) {
        Path file = fileOf(entry.nonce());
        Path temporary = folder.resolve(file.getFileName() + unfinished);
        try {
            PrivateFiles.replace(file, GrantJson.write(entry), temporary);
        } catch (IOException e) {
            throw new UncheckedIOException("an answer cannot be kept in the journal folder " + folder, e);
        }
    }

    @Override
    public void forget(String nonce) {
        try {
            PrivateFiles.delete(fileOf(nonce));
        } catch (IOException e) {
            throw new UncheckedIOException("a committed answer cannot be removed from " + folder, e);
        }
    }

    @Override
    public List<JournalEntry> entries() {
        List<JournalEntry> entries = new ArrayList<>();
        try {
            for (Path file : files(ENTRY)) {
                JournalEntry entry = read(file);
                if (entry != null) {
                    entries.add(entry);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the journal folder " + folder + " cannot be read", e);
        }
        return entries;
    }

    /** A process that died while it kept an answer may have left the whole of it. */
    private void finishWhatWasBegun() throws IOException {
        for (Path file : files(unfinished)) {
            JournalEntry entry = read(file);
            if (entry != null) {
                PrivateFiles.rename(file, fileOf(entry.nonce()));
            }
        }
    }

    /** Null where the file was set aside, or is gone since it was listed. A failing disk is an error, and no reason to set it aside. */
    private @Nullable JournalEntry read(Path file) throws IOException {
        try {
            return GrantJson.read(Files.readAllBytes(file), JournalEntry.class);
        } catch (NoSuchFileException e) {
            return null;
        } catch (GrantJson.Unreadable e) {
            Path aside = freeName(file);
            Files.move(file, aside);
            unreadable.setAside(aside, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static Path freeName(Path file) {
        Path aside = file.resolveSibling(file.getFileName() + SET_ASIDE);
        for (int i = 2; Files.exists(aside); i++) {
            aside = file.resolveSibling(file.getFileName() + "." + i + SET_ASIDE);
        }
        return aside;
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(suffix)).sorted().toList();
        }
    }

    /** Nonces are ours and plain; encoded all the same, so that no name can leave the folder. */
    private Path fileOf(String nonce) {
        return folder.resolve(URLEncoder.encode(nonce, StandardCharsets.UTF_8) + ENTRY);
    }
}

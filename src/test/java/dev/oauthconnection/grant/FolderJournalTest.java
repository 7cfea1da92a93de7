package dev.oauthconnection.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderJournalTest {
    private static final JournalEntry ENTRY = Sample.entry("n-1", Sample.armed("n-1"), Sample.answer("rt-2"));

    private final Path folder;

    private final List<Path> setAside = new ArrayList<>();
    private final List<String> reasons = new ArrayList<>();

    FolderJournalTest(@TempDir Path temp) {
        folder = temp.resolve("journal");
    }

    @Test
    void an_entry_outlives_the_process() {
        open().keep(ENTRY);

        assertThat(open().entries()).containsExactly(ENTRY);
    }

    @Test
    void a_forgotten_entry_is_gone_and_the_others_stay() {
        JournalEntry other = Sample.entry("n-2", Sample.armed("n-2"), Sample.answer("rt-3"));
        FolderJournal journal = open();
        journal.keep(ENTRY);
        journal.keep(other);

        journal.forget("n-1");
        journal.forget("n-1");

        assertThat(open().entries()).containsExactly(other);
    }

    @Test
    void an_entry_that_is_kept_twice_is_there_once() {
        FolderJournal journal = open();
        journal.keep(ENTRY);
        journal.keep(ENTRY);

        assertThat(journal.entries()).containsExactly(ENTRY);
    }

    @Test
    void folder_and_files_are_for_their_owner_alone() throws IOException {
        open().keep(ENTRY);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(files()).allSatisfy(f -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(f)))
                .isEqualTo("rw-------"));
    }

    @Test
    void a_file_that_cannot_be_read_is_set_aside_and_reported_without_its_content() throws IOException {
        open().keep(ENTRY);
        Path broken = folder.resolve("broken.json");
        Files.writeString(broken, "{\"refreshToken\": s3cret");

        assertThat(open().entries()).containsExactly(ENTRY);

        assertThat(setAside).hasSize(1).allSatisfy(f -> {
            assertThat(f.toString()).endsWith("broken.json.unreadable");
            assertThat(Files.readString(f)).contains("s3cret");
        });
        assertThat(reasons).noneMatch(r -> r.contains("s3cret"));
    }

    @Test
    void a_second_unreadable_file_of_the_same_name_replaces_none() throws IOException {
        FolderJournal journal = open();
        for (String content : List.of("one", "two", "three")) {
            Files.writeString(folder.resolve("broken.json"), content);
            assertThat(journal.entries()).isEmpty();
        }

        assertThat(files()).hasSize(3);
        assertThat(setAside).doesNotHaveDuplicates().hasSize(3);
    }

    @Test
    void a_whole_answer_whose_process_died_before_the_rename_is_found() throws IOException {
        open();
        Files.write(folder.resolve("n-1.json.tmp"), GrantJson.write(ENTRY));

        assertThat(open().entries()).containsExactly(ENTRY);
        assertThat(files()).containsExactly(folder.resolve("n-1.json"));
    }

    @Test
    void a_torn_file_is_set_aside() throws IOException {
        open();
        byte[] whole = GrantJson.write(ENTRY);
        Files.write(folder.resolve("n-1.json.tmp"), java.util.Arrays.copyOf(whole, whole.length / 2));

        FolderJournal journal = open();
        journal.keep(ENTRY);

        assertThat(journal.entries()).containsExactly(ENTRY);
        assertThat(setAside).hasSize(1);
    }

    @Test
    void a_nonce_cannot_name_a_file_outside_the_folder() throws IOException {
        JournalEntry hostile = Sample.entry("../../n", Sample.armed("n"), Sample.answer("rt-2"));
        FolderJournal journal = open();
        journal.keep(hostile);

        assertThat(files()).hasSize(1).allSatisfy(f -> assertThat(f.getParent()).isEqualTo(folder));
        journal.forget("../../n");
        assertThat(files()).isEmpty();
    }

    @Test
    void an_answer_that_cannot_be_kept_is_an_error_that_names_the_folder() throws IOException {
        FolderJournal journal = open();
        Files.delete(folder);

        assertThatThrownBy(() -> journal.keep(ENTRY))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageNotContaining("rt-2");
    }

    private FolderJournal open() {
        return new FolderJournal(folder, (file, why) -> {
            setAside.add(file);
            reasons.add(why);
        });
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}

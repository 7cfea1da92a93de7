package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.oauthconnection.grant.FolderJournal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is rehearsed before the first redemption leaves nothing that could be taken for an answer. */
class RehearsalTest {
    @TempDir
    Path journal;

    @Test
    void a_rehearsal_leaves_nothing_behind() throws IOException {
        Rehearsal.hold(journal, () -> false);
        assertThat(journal).isEmptyDirectory();
    }

    @Test
    void a_rehearsal_that_is_called_off_ends_before_its_next_redemption() throws IOException {
        AtomicInteger asked = new AtomicInteger();

        Rehearsal.hold(journal, () -> asked.incrementAndGet() > 2);

        assertThat(asked).hasValue(3);
        assertThat(journal).isEmptyDirectory();
    }

    @Test
    void what_a_rehearsal_that_was_cut_off_left_is_no_answer_and_goes_with_the_next() throws IOException {
        Path folder = Files.createDirectory(journal.resolve("rehearsal"));
        Files.writeString(folder.resolve("cut-off.json"), "{}");
        Files.writeString(folder.resolve("cut-off.json.tmp"), "{");
        assertThat(new FolderJournal(journal, (file, why) -> {}).entries()).isEmpty();

        Rehearsal.hold(journal, () -> false);

        assertThat(journal).isEmptyDirectory();
    }

    @Test
    void a_journal_that_cannot_be_written_is_found_out_before_the_first_answer() throws IOException {
        Path noFolder = Files.writeString(journal.resolve("file"), "");
        assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> Rehearsal.hold(noFolder, () -> false));
    }
}

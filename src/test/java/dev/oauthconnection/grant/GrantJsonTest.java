package dev.oauthconnection.grant;

import static dev.oauthconnection.grant.Sample.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrantJsonTest {
    @Test
    void a_journal_entry_comes_back_as_it_was_written() {
        JournalEntry entry = Sample.entry("n-1", Sample.armed("n-1"), Sample.answer("rt-2"));

        assertThat(GrantJson.read(GrantJson.write(entry), JournalEntry.class)).isEqualTo(entry);
    }

    @Test
    void a_grant_in_each_of_its_states_comes_back_as_it_was_written() {
        Grant ended = GrantChanges.end(Sample.armed("n-1"), Intent.Ended.Ambiguous);
        Grant revoked = GrantChanges.revoked(GrantChanges.askRevocation(ended, "please", NOW), NOW);

        assertThat(GrantJson.read(GrantJson.write(ended), Grant.class)).isEqualTo(ended);
        assertThat(GrantJson.read(GrantJson.write(revoked), Grant.class)).isEqualTo(revoked);
        assertThat(GrantJson.read(GrantJson.write(ended.summary()), Grant.class))
                .isEqualTo(ended.summary());
    }

    @Test
    void instants_and_durations_are_iso_8601_and_derived_answers_are_left_out() {
        String json = new String(GrantJson.write(Sample.armed("n-1")), StandardCharsets.UTF_8);

        assertThat(json)
                .contains("\"armedAt\":\"2026-03-01T12:00:00Z\"", "\"fence\":\"PT45S\"")
                .doesNotContain("revoked", "null");
    }

    @Test
    void an_unknown_field_of_a_newer_version_is_ignored() {
        byte[] json = "{\"refresh\":\"once\",\"tomorrow\":{\"a\":[1]}}".getBytes(StandardCharsets.UTF_8);

        assertThat(GrantJson.read(json, HandledRequests.class)).isEqualTo(new HandledRequests("once", null));
    }

    @Test
    void a_grant_of_before_there_were_exports_is_read_as_one_that_was_not_exported() {
        Grant grant = Sample.armed("n-1");
        String json = new String(GrantJson.write(grant), StandardCharsets.UTF_8);

        assertThat(json).doesNotContain("export");
        assertThat(GrantJson.read(json.getBytes(StandardCharsets.UTF_8), Grant.class))
                .isEqualTo(grant);
    }

    @Test
    void an_exported_grant_comes_back_as_it_was_written() {
        Grant exported = GrantChanges.export(Sample.grant(), new ExportRules.Asked("x-1", "admin", false), 0, NOW);

        assertThat(GrantJson.read(GrantJson.write(exported), Grant.class)).isEqualTo(exported);
    }

    @Test
    void a_version_that_knows_no_exports_finds_no_refresh_token_to_send() {
        Grant exported = GrantChanges.export(Sample.grant(), new ExportRules.Asked("x-1", "admin", false), 0, NOW);
        String json = new String(GrantJson.write(exported), StandardCharsets.UTF_8);

        String unknown = json.replace("\"export\":", "\"unknownToIt\":");

        Grant read = GrantJson.read(unknown.getBytes(StandardCharsets.UTF_8), Grant.class);
        assertThat(read.export()).isNull();
        assertThat(Candidates.next(read, Sample.GRACE, true, NOW)).isEmpty();
    }

    @Test
    void a_window_that_an_earlier_version_stored_is_still_read() {
        Grant refused = Sample.grant(List.of(Candidate.fresh(1, null, "rt-1").refused(NOW, LossWindow.JournalLost)));

        assertThat(read(refused, "JournalLost", "HolderGone", Grant.class).lostThrough())
                .contains(LossWindow.HolderGone);
    }

    @Test
    void a_window_or_an_end_that_only_a_later_version_knows_is_read_as_what_promises_least() {
        Grant refused = Sample.grant(List.of(Candidate.fresh(1, null, "rt-1").refused(NOW, LossWindow.JournalLost)));
        Intent ended =
                GrantChanges.end(Sample.armed("n-1"), Intent.Ended.JournalEmpty).intent();

        assertThat(read(refused, "JournalLost", "OfTomorrow", Grant.class).lostThrough())
                .contains(LossWindow.HolderGone);
        assertThat(read(ended, "JournalEmpty", "OfTomorrow", Intent.class).ended())
                .isEqualTo(Intent.Ended.HolderGone);
    }

    private static <T> T read(T value, String name, String other, Class<T> type) {
        String json = new String(GrantJson.write(value), StandardCharsets.UTF_8);
        return GrantJson.read(json.replace(name, other).getBytes(StandardCharsets.UTF_8), type);
    }

    @Test
    void what_cannot_be_read_is_an_error_that_shows_no_content() {
        assertUnreadable("{\"nonce\": s3cret", "JSON");
        assertUnreadable("\"s3cret\"", "JournalEntry");
        assertUnreadable("{\"nonce\":\"n\",\"requestedAt\":\"s3cret\"}", "requestedAt");
        assertUnreadable("null", "empty");
        assertUnreadable("", "");
    }

    private static void assertUnreadable(String json, String hint) {
        assertThatThrownBy(() -> GrantJson.read(json.getBytes(StandardCharsets.UTF_8), JournalEntry.class))
                .isInstanceOf(GrantJson.Unreadable.class)
                .hasNoCause()
                .hasMessageContaining(hint)
                .hasMessageNotContaining("s3cret");
    }
}

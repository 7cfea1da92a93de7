package dev.oauthconnection.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.GrantStore.Stored;
import dev.oauthconnection.grant.LateAnswers.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LateAnswersTest {
    private static final Grant ARMED = Sample.armed("n-1");

    static Stream<Arguments> situations() {
        JournalEntry refresh = late(Sample.entry("n-1", ARMED, Sample.answer("rt-2")));
        JournalEntry same = late(Sample.entry("n-1", ARMED, Sample.answer("rt-1")));
        Grant committed = GrantChanges.commit(ARMED, refresh.wanted());
        Grant goneOn = GrantChanges.commit(
                Sample.armed(committed, "n-2"),
                Sample.entry("n-2", Sample.armed(committed, "n-2"), Sample.answer("rt-3")));
        Grant revoked = GrantChanges.revoked(GrantChanges.askRevocation(ARMED, null, Sample.NOW), Sample.NOW);
        Grant another = Sample.consented("g-2").with((Intent) null, List.of(Candidate.fresh(1, null, "rt-of-2")));
        return Stream.of(
                arguments("a newer consent is in use", refresh, another, Verdict.End),
                arguments("its own grant was put back, from before the answer", refresh, ARMED, Verdict.Wanted),
                arguments("its own grant was put back, with the answer", refresh, committed, Verdict.Stored),
                arguments("its own grant was put back, from long after", refresh, goneOn, Verdict.Stored),
                arguments("its own grant is revoked", refresh, revoked, Verdict.End),
                arguments("there is no grant", refresh, null, Verdict.End),
                arguments("another grant has the same refresh token", same, Sample.consented("g-2"), Verdict.Stored),
                arguments("a consent that came second", consent("g-3"), another, Verdict.End),
                arguments("a consent whose grant was put back", consent("g-2"), another, Verdict.Stored));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("situations")
    void a_late_answer_is_ended_only_where_nothing_in_use_came_of_its_consent(
            String name, JournalEntry entry, @Nullable Grant stored, Verdict verdict) {
        Optional<Stored> read = Optional.ofNullable(stored).map(grant -> new Stored(grant, "1", 0, ""));

        assertThat(LateAnswers.judge(entry, read)).isEqualTo(verdict);
    }

    private static JournalEntry late(JournalEntry entry) {
        return entry.unwanted(Sample.NOW, Reason.ConsentRequired, "late");
    }

    private static JournalEntry consent(String id) {
        Grant grant = Sample.consented(id);
        return late(
                new JournalEntry(id, grant, 0, 0, Sample.answer("rt-new"), Sample.NOW, Sample.LIFETIME, null, "g-1"));
    }
}

package dev.oauthconnection.laboratory;

import java.time.Instant;
import java.util.List;

/**
 * All that was written down in a trial, by everybody but the subject.
 *
 * @param rest when the faults ended
 * @param journaled from the last byte of each answer until it was in the journal, in microseconds
 * @param current the newest refresh token of each connection's newest grant, at the end
 * @param leaks where a refresh token was found that must not be there
 */
record Evidence(
        Plan plan,
        Instant begun,
        Instant rest,
        Instant ended,
        List<Gate.Exchange> exchanges,
        List<RotatingServer.Decision> decisions,
        List<SecretHistory.Published> published,
        List<SecretHistory.Stored> stored,
        List<Diary.Entry> diary,
        List<Pod.Left> leftovers,
        List<Diary.Lost> losses,
        List<TokenName> current,
        List<Long> journaled,
        List<String> leaks) {
    /** The pod that a process ran in; empty for one that nobody knows. */
    String podOf(long pid) {
        return diary.stream()
                .filter(entry -> entry.kind() == Diary.Kind.Started && entry.pid() == pid)
                .map(Diary.Entry::what)
                .findFirst()
                .orElse("");
    }
}

package dev.oauthconnection.grant;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A replica of the operator: a pod with a memory-backed journal, and in it a process that may be dead. A value.
 *
 * @param name of the replica, which a new pod inherits
 * @param pod counts its pods, and {@code process} the processes of this one
 * @param endsLeftBehind whether this process has still to end what an earlier one of its pod left armed
 * @param seenFor how long this process has seen the intent that stands, up to its fence; zero where none stands
 * @param journal the answers that outlive the process
 * @param work what it is at work on; null for nothing
 */
record CheckedReplica(
        String name,
        int pod,
        int process,
        boolean dead,
        boolean endsLeftBehind,
        Duration seenFor,
        List<JournalEntry> journal,
        @Nullable CheckedWork work) {
    static final Duration FENCE = Sample.WINDOWS.fence();

    static CheckedReplica fresh(String name) {
        return new CheckedReplica(name, 1, 1, false, false, Duration.ZERO, List.of(), null);
    }

    String podName() {
        return name + pod;
    }

    /** How it signs its intents. */
    String holder() {
        return podName() + "/boot/" + process;
    }

    boolean isIdle() {
        return !dead && work == null;
    }

    boolean isQuiet() {
        return isIdle() && journal.isEmpty() && !endsLeftBehind;
    }

    /** Whether it may hold an answer that is not in the store. */
    boolean mayHoldAnswer() {
        return journal.stream().anyMatch(entry -> entry.unwanted() == null)
                || (work != null && work.answerInHand().isPresent());
    }

    /** What it knows of the end of whoever announced it, by the product's own rule. */
    HolderEnd endOf(Intent intent, boolean podOver) {
        boolean atWork = work != null && work.nonce().equals(intent.nonce());
        return HolderEnd.of(intent.holder(), holder(), atWork || keeps(intent.nonce()), podOver);
    }

    /** Whether a process of this pod announced it, and nobody here is at work on it or has its answer. */
    boolean hasOver(Intent intent) {
        return endOf(intent, false) != HolderEnd.NotKnown;
    }

    boolean keeps(String nonce) {
        return journal.stream().anyMatch(entry -> entry.nonce().equals(nonce));
    }

    CheckedReplica at(@Nullable CheckedWork next) {
        return new CheckedReplica(name, pod, process, dead, endsLeftBehind, seenFor, journal, next);
    }

    CheckedReplica keeping(JournalEntry entry) {
        List<JournalEntry> others =
                journal.stream().filter(e -> !e.nonce().equals(entry.nonce())).toList();
        return withJournal(Stream.concat(others.stream(), Stream.of(entry)).toList());
    }

    CheckedReplica forgetting(String nonce) {
        return withJournal(
                journal.stream().filter(e -> !e.nonce().equals(nonce)).toList());
    }

    private CheckedReplica withJournal(List<JournalEntry> entries) {
        return new CheckedReplica(name, pod, process, dead, endsLeftBehind, seenFor, entries, work);
    }

    CheckedReplica seeing(Duration length) {
        Duration until = length.compareTo(FENCE) > 0 ? FENCE : length;
        return new CheckedReplica(name, pod, process, dead, endsLeftBehind, until, journal, work);
    }

    CheckedReplica killed() {
        return new CheckedReplica(name, pod, process, true, true, Duration.ZERO, journal, null);
    }

    /** Another pod takes its place, which knows nothing. */
    CheckedReplica inNewPod() {
        return new CheckedReplica(name, pod + 1, 0, true, false, Duration.ZERO, List.of(), null);
    }

    CheckedReplica restarted() {
        return new CheckedReplica(name, pod, process + 1, false, endsLeftBehind, Duration.ZERO, journal, null);
    }

    CheckedReplica withNothingLeftBehind() {
        return new CheckedReplica(name, pod, process, dead, false, seenFor, journal, work);
    }
}

package dev.oauthconnection.laboratory;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What was done to the processes under test and when, written down by who did it. */
final class Diary {
    enum Kind {
        Started,
        Killed,
        Terminated,
        Stopped,
        Continued,
        PodLost,
        /** A network, an API server or an authorization server fails in some way, or no longer does. */
        Fault,
        Mended,
        /** A person deleted a grant, or put an older one in its place: {@link TokenName#grant()} says which. */
        ByHand,
        /** A person gave consent once more, since the grant was gone. */
        Consented
    }

    /**
     * One line of it.
     *
     * @param pid of the process that it is about; 0 for none
     */
    record Entry(Instant at, Kind kind, String what, long pid) {}

    /** A grant that was lost: when that was seen, and which one. */
    record Lost(Instant at, TokenName newest, String said) {}

    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final List<Pod.Left> leftovers = new CopyOnWriteArrayList<>();
    private final List<Lost> losses = new CopyOnWriteArrayList<>();

    void note(Kind kind, String what, long pid) {
        entries.add(new Entry(Instant.now(), kind, what, pid));
    }

    void note(Kind kind, String what) {
        note(kind, what, 0);
    }

    void left(Pod.Left left) {
        leftovers.add(left);
    }

    void lost(Lost lost) {
        losses.add(lost);
    }

    List<Entry> entries() {
        return entries;
    }

    List<Pod.Left> leftovers() {
        return leftovers;
    }

    List<Lost> losses() {
        return losses;
    }
}

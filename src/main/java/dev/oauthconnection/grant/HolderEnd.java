package dev.oauthconnection.grant;

/**
 * What an observer knows of the end of the process that announced a redemption. Each but the first says that nobody has the answer any more
 * or ever will. Pure.
 */
public enum HolderEnd {
    /** It may be at work, or have the answer. */
    NotKnown,
    /** It is the observer itself; its attempt is over and brought no answer. */
    AttemptOver,
    /** It was an earlier process of the observer's pod, and the journal that outlived it has no answer. */
    JournalEmpty,
    /** The same, but the machine may have been restarted in between, which empties a journal in memory: it may have had the answer. */
    Gone,
    /** Its pod is over, and its journal with it. What was in there nobody knows. */
    PodOver;

    /**
     * Judges the holder of an intent.
     *
     * @param holder as it signed: {@code <pod uid>/<boot>/<process>}
     * @param observer as the observer signs
     * @param mayHave whether the observer's process is at work on that attempt, or has its answer in the journal
     * @param podOver whether the holder's pod is seen to be over
     */
    public static HolderEnd of(String holder, String observer, boolean mayHave, boolean podOver) {
        if (!podOf(holder).equals(podOf(observer))) {
            return podOver ? PodOver : NotKnown;
        }
        if (mayHave) {
            return NotKnown;
        }
        if (holder.equals(observer)) {
            return AttemptOver;
        }
        String boot = bootOf(holder);
        return !boot.isEmpty() && boot.equals(bootOf(observer)) ? JournalEmpty : Gone;
    }

    /** The UID of the pod that a holder signed with. */
    public static String podOf(String holder) {
        return holder.substring(0, Math.max(holder.indexOf('/'), 0));
    }

    /** Empty where the process could not tell, or is of a version that did not say. */
    private static String bootOf(String holder) {
        int first = holder.indexOf('/');
        int last = holder.lastIndexOf('/');
        return first == last ? "" : holder.substring(first + 1, last);
    }

    /** How an intent ends that such an end is recorded in; the observer says so only of what it knows by its own journal. */
    public Intent.Ended recorded() {
        return switch (this) {
            case AttemptOver -> Intent.Ended.Ambiguous;
            case JournalEmpty -> Intent.Ended.JournalEmpty;
            case Gone -> Intent.Ended.HolderGone;
            case NotKnown, PodOver -> throw new IllegalStateException("nothing of it is known by a journal");
        };
    }

    /** Through which window the grant is lost, if it is: {@link LossWindow#Deadline} where it may be at work still. */
    LossWindow window() {
        return switch (this) {
            case NotKnown -> LossWindow.Deadline;
            case AttemptOver -> LossWindow.AnswerLost;
            case JournalEmpty -> LossWindow.KilledBeforeJournal;
            case Gone -> LossWindow.HolderGone;
            case PodOver -> LossWindow.JournalLost;
        };
    }
}

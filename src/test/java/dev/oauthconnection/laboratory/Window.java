package dev.oauthconnection.laboratory;

/** Through what a grant was lost, on the evidence of gate, kill log and journals. */
enum Window {
    /** The answer was cut off, or the process that waited for it was dead before it came. */
    AnswerLost("the answer was lost on its way"),
    /** The whole answer was handed to a process that was killed before its journal had it. */
    KilledBeforeJournal("killed between the answer and the journal"),
    /** The journal had it, and was lost with its pod before the answer was stored. */
    JournalLost("the journal was lost before the answer was stored"),
    /** The process that held the answer was stopped or cut off for longer than could be waited. */
    Deadline("silent for longer than could be waited"),
    /** The process that sent a spent token was stopped after its last check and before the request was written. */
    StoppedBeforeSending("stopped between the last check and the request"),
    /** Somebody deleted the grant, or put an older one in its place, and the resource owner was asked again. */
    ByHand("deleted, or set back, by a person"),
    /** Nothing that was written down explains it. */
    Unexplained("NOT EXPLAINED");

    final String meaning;

    Window(String meaning) {
        this.meaning = meaning;
    }
}

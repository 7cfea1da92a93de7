package dev.oauthconnection.grant;

/**
 * The windows through which a grant can be lost in spite of everything, each for a redemption whose end is not known. Named when a
 * redemption is replayed, and kept with the refresh token in case the provider refuses it.
 */
public enum LossWindow {
    AnswerLost("the answer to a refresh was lost on its way, and the provider has no grace period"),
    HolderGone("the process that held the answer was killed before it could store it"),
    Deadline("the process that may hold the answer was silent for as long as could be waited"),
    GraceEnded("the end of a refresh stayed unknown for longer than the provider's grace period");

    private final String meaning;

    LossWindow(String meaning) {
        this.meaning = meaning;
    }

    /** What happened, as half a sentence. */
    public String meaning() {
        return meaning;
    }
}

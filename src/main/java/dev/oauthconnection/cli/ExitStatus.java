package dev.oauthconnection.cli;

/** How a command ended, for scripts. The reference of the command line is made from here. */
enum ExitStatus {
    Done(0, "What was asked for is done. For `status`, `doctor` and `provider test`: nothing there needs a person."),
    Failed(1, "It failed and may go better another time, such as when the API server or the provider did not answer."),
    Correct(2, "Something has to be corrected before it can work; the message says what. Nothing was changed."),
    Attention(
            3,
            "Something needs a person: a connection that is not well, a check that failed, a connection that stands still "
                    + "while it is waited for."),
    NoToken(4, "`token`: there is no access token, or it has lapsed."),
    TimedOut(5, "What was waited for did not come within `--timeout`. It may still come.");

    private final int code;
    private final String meaning;

    ExitStatus(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    int code() {
        return code;
    }

    /** As Markdown. */
    String meaning() {
        return meaning;
    }

    Complaint complaint(String message) {
        return new Complaint(code, message);
    }
}

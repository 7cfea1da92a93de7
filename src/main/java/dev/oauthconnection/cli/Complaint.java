package dev.oauthconnection.cli;

/** What stops a command, in one line for its user. */
final class Complaint extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    Complaint(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}

package dev.oauthconnection.local.http;

/** A request that is not carried out. The message is shown to whoever asked: it says what to do and holds no secret. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;

    /**
     * @param status the HTTP status
     * @param error a code for programs, such as misdirected_request
     */
    public Refusal(int status, String error, String message) {
        super(message, null, false, false);
        this.status = status;
        this.error = error;
    }

    public int status() {
        return status;
    }

    public String error() {
        return error;
    }

    /** The message, never null. */
    public String message() {
        return String.valueOf(getMessage());
    }
}

package dev.oauthconnection.consent;

/**
 * The port through which the process knows of the exchanges that are under way. A code can be sent once: a process that is to stop begins
 * no exchange, and does not end before the answer of each is stored.
 */
public interface Exchanges {
    /** Announces the exchange that brings this grant. False when it must not be begun: the process is to stop, or is at work on it. */
    boolean begin(String grantId);

    /** It is over; its answer is stored, or in the journal. */
    void end(String grantId);
}

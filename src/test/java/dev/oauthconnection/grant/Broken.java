package dev.oauthconnection.grant;

/** A rule of the protocol that a test's replica ignores, to see what it is there for. Random schedules know those up to {@link #Previous}. */
enum Broken {
    None,
    /** Sends without an intent in the store. */
    Arm,
    /** Takes an intent over at first sight. */
    Fence,
    /** Does not look at its clocks before it sends. */
    Check,
    /** Keeps no answer in the journal. */
    Journal,
    /** Drops an answer when somebody else's intent stands. */
    Merge,
    /** Forgets a spent token at once. */
    Previous,
    /** Does not look at the mark of the token Secret. */
    Mark,
    /** Adopts what comes late for an older consent. */
    Consent,
    /** Takes a refusal of the client for one of the refresh token. */
    Client,
    /** Revokes what came late without looking whose grant is in use. */
    Late,
    /** Takes the grace for longer than it is. */
    Grace,
    /** Drops an answer when there is no grant Secret any more. */
    Create,
    /** Announces over whatever is in the store now. */
    Lock
}

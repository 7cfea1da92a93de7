package dev.oauthconnection.grant;

/** A rule of the protocol that a {@link SimulatedHolder} ignores, to see what it is there for. */
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
    Previous
}

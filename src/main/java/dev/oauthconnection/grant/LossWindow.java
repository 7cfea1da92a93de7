package dev.oauthconnection.grant;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;

/**
 * The windows through which a grant can be lost in spite of everything, each for a redemption whose end is not known. Named when a
 * redemption is replayed, and kept with the refresh token in case the provider refuses it. A name promises no more than was known then.
 */
public enum LossWindow {
    AnswerLost(
            "the answer to a refresh was lost on its way, and the provider has no grace period",
            "look for what cuts connections or answers late on the way to the provider: a proxy, a firewall, the provider itself",
            false),
    KilledBeforeJournal(
            "the process that sent a refresh was killed before the answer was in its journal",
            "look for what killed it in the last state and the events of its pod: memory limit, liveness probe, an eviction",
            false),
    JournalLost(
            "the pod that sent a refresh is over, and its journal with it",
            "look for what ended the pod and gave it less than its terminationGracePeriodSeconds: an eviction, a forced deletion, the node",
            false),
    /** Also the name for what an earlier version stored, which did not tell the two above, or a later one that tells more. */
    @JsonEnumDefaultValue
    HolderGone(
            "the process that sent a refresh is gone, and nobody can tell whether its journal had the answer",
            "look for a restart of its node, or for what killed the process, in the events of its pod and node",
            false),
    Deadline(
            "the process that may hold the answer was silent for as long as could be waited",
            "look for a replica that stands still or does not reach the API server, and for a clock that is ahead",
            false),
    GraceEnded(
            "the end of a refresh stayed unknown for longer than the provider's grace period",
            "look for an outage of the provider, the API server or all replicas that outlived the grace period",
            true);

    private final String meaning;
    private final String search;
    private final boolean inSpiteOfGrace;

    LossWindow(String meaning, String search, boolean inSpiteOfGrace) {
        this.meaning = meaning;
        this.search = search;
        this.inSpiteOfGrace = inSpiteOfGrace;
    }

    /** What happened, as half a sentence. */
    public String meaning() {
        return meaning;
    }

    /** Where to look for the cause, so that it does not happen again, as half a sentence. */
    public String search() {
        return search;
    }

    /** Whether it is there at a provider with a grace period; the others are there without one. Where nothing is spent there is none. */
    public boolean inSpiteOfGrace() {
        return inSpiteOfGrace;
    }

    /** What happened, with its name, as half a sentence for a status. */
    public String named() {
        return meaning + " (" + name() + ")";
    }
}

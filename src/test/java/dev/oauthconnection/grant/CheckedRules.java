package dev.oauthconnection.grant;

import dev.oauthconnection.grant.SimulatedProvider.Mode;
import java.time.Duration;

/**
 * What is checked: under which provider, with which rule broken, and within which bounds.
 *
 * @param attempts how many armings there may be
 * @param replicas how many there are
 */
record CheckedRules(Mode mode, Broken broken, int attempts, int replicas, Faults faults) {
    /** What is true of the provider. */
    RedemptionRules rules() {
        return mode.rules;
    }

    /** What the replicas take for true of it. */
    RedemptionRules taken() {
        return breaks(Broken.Grace) ? Sample.rules(Duration.ofMinutes(30), mode.rules.reuseRevokesGrant()) : mode.rules;
    }

    /** Whether what a replica read counts also after somebody wrote: the grant Secret is made anew from it, or it is put over what is there. */
    boolean keepsWhatWasRead() {
        return faults.has(Faults.Fault.Deletion) || breaks(Broken.Lock);
    }

    boolean breaks(Broken rule) {
        return broken == rule;
    }

    @Override
    public String toString() {
        return mode + (broken == Broken.None ? "" : " without " + broken) + ", " + attempts + " attempts of " + replicas
                + " replicas, " + faults;
    }
}

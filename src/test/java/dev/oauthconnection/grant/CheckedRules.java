package dev.oauthconnection.grant;

import dev.oauthconnection.grant.SimulatedProvider.Mode;

/**
 * What is checked: under which provider, with which rule broken, and within which bounds.
 *
 * @param attempts how many armings there may be
 */
record CheckedRules(Mode mode, Broken broken, int attempts, Faults faults) {
    RedemptionRules rules() {
        return mode.rules;
    }

    boolean breaks(Broken rule) {
        return broken == rule;
    }

    @Override
    public String toString() {
        return mode + (broken == Broken.None ? "" : " without " + broken) + ", " + attempts + " attempts, " + faults;
    }
}

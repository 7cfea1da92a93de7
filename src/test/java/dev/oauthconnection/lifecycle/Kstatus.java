package dev.oauthconnection.lifecycle;

import dev.oauthconnection.lifecycle.Decision.Ready;
import dev.oauthconnection.lifecycle.Decision.Verdict;

/** How Flux, Argo CD's health checks and kubectl wait read conditions: the rules of kstatus for resources it knows nothing special of. */
enum Kstatus {
    InProgress,
    Failed,
    Current;

    /** Reconciling and Stalled are read first, in the order in which status lists the conditions; Ready counts only then. */
    static Kstatus of(Verdict verdict) {
        if (verdict.reconciling()) {
            return InProgress;
        }
        if (verdict.stalled() != null) {
            return Failed;
        }
        return verdict.ready() == Ready.True ? Current : InProgress;
    }
}

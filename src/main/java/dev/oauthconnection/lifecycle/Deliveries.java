package dev.oauthconnection.lifecycle;

import dev.oauthconnection.grant.Answer;
import dev.oauthconnection.grant.Grant;
import java.time.Instant;

/** Whether the token Secret is to be written from what is stored. */
record Deliveries(Observed observed, Instant now) {
    boolean due() {
        Grant grant = observed.grant();
        Answer answer = grant == null ? null : grant.answer();
        if (grant == null || answer == null || isBehindMark(grant)) {
            return false;
        }
        if (grant.revocation() != null) {
            // What a revocation took away stays away, also before it is stored that it is over.
            return false;
        }
        if (!now.isBefore(answer.expiresAt()) && !marksExport(grant, answer)) {
            return false;
        }
        Observed.TokenView token = observed.token();
        Retry failed = observed.deliveryRetry();
        boolean there = token != null && token.epoch() >= answer.epoch() && token.current() && failed.trouble() == null;
        return !there && !(failed.holdsBack(now) && failed.inputs().equals(observed.inputs()));
    }

    /** A backup of before the export is known by the mark, so the mark is raised, although nobody can use the token any more. */
    private boolean marksExport(Grant grant, Answer answer) {
        Observed.TokenView token = observed.token();
        return grant.export() != null && token != null && token.epoch() < answer.epoch();
    }

    /** To deliver its older answer would take the mark away by which this is seen. */
    boolean isBehindMark(Grant grant) {
        Observed.TokenView token = observed.token();
        return token != null && token.epoch() > grant.epoch() && observed.released() < token.epoch();
    }
}

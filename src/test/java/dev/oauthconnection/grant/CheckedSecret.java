package dev.oauthconnection.grant;

import dev.oauthconnection.grant.GrantStore.Stored;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The grant Secret, what somebody saved of it, and the mark on the token Secret. A value. It needs no version: what a replica read is
 * either what is there or outdated, see {@link CheckedWork#outdated}.
 *
 * @param hanging a write that was given up and may land yet, as long as nobody else writes; null for none
 * @param released what an admin released
 * @param backup an older version that may be put back; null for none
 * @param mark the epoch that the token Secret carries
 * @param restored whether what is there was put back, and was not made good since
 * @param gone whether somebody deleted it; its grant is then the one that was there last
 * @param overwritten the refresh tokens that were in it until another grant or an older one took its place, and that somebody still has
 */
record CheckedSecret(
        Grant grant,
        @Nullable Grant hanging,
        long released,
        @Nullable Grant backup,
        long mark,
        boolean restored,
        boolean gone,
        Set<String> overwritten) {
    static CheckedSecret holding(Grant grant) {
        return new CheckedSecret(grant, null, 0, null, grant.epoch(), false, false, Set.of());
    }

    Stored stored() {
        return new Stored(grant, CheckedWork.CURRENT, released, "");
    }

    /** What a replica reads. */
    Optional<Stored> read() {
        return gone ? Optional.empty() : Optional.of(stored());
    }

    Optional<Intent> intent() {
        return gone ? Optional.empty() : Optional.ofNullable(grant.intent());
    }

    /** Whether it is behind the token Secret, and nobody released it. */
    boolean isRolledBack() {
        return !gone && grant.epoch() < mark && released < mark;
    }

    /** Restored, and the mark is of no help: it was not yet set when what came after the backup was announced. */
    boolean isRestoredUnseen() {
        return restored && grant.epoch() >= mark;
    }

    CheckedSecret with(Grant next) {
        return new CheckedSecret(next, null, released, backup, mark, restored, false, overwritten);
    }

    CheckedSecret repaired() {
        return new CheckedSecret(grant, hanging, released, backup, mark, false, gone, overwritten);
    }

    /** With it go the annotations of an admin. */
    CheckedSecret deleted() {
        return new CheckedSecret(grant, null, 0, backup, mark, restored, true, overwritten);
    }

    /** Somebody changed what is not ours. */
    CheckedSecret touched() {
        return new CheckedSecret(grant, null, released, backup, mark, restored, gone, overwritten);
    }

    /** Nobody knows yet that this write hangs. */
    CheckedSecret awaiting(Grant next) {
        return new CheckedSecret(grant, next, released, backup, mark, restored, gone, overwritten);
    }

    CheckedSecret saved() {
        return new CheckedSecret(grant, hanging, released, grant, mark, restored, gone, overwritten);
    }

    CheckedSecret putBack() {
        return new CheckedSecret(Objects.requireNonNull(backup), null, 0, null, mark, true, false, overwritten);
    }

    /** These refresh tokens were in it until an older version was put in its place. */
    CheckedSecret missing(Set<String> tokens) {
        return new CheckedSecret(grant, hanging, released, backup, mark, restored, gone, tokens);
    }

    CheckedSecret released(long epoch) {
        return new CheckedSecret(grant, null, epoch, backup, mark, restored, gone, overwritten);
    }

    /** Whether its answer is still to be published: nothing behind the mark ever is. */
    boolean isToBePublished() {
        Answer answer = grant.answer();
        return !gone && answer != null && answer.epoch() > mark && grant.epoch() >= mark;
    }

    CheckedSecret published() {
        return new CheckedSecret(
                grant,
                hanging,
                released,
                backup,
                Objects.requireNonNull(grant.answer()).epoch(),
                restored,
                gone,
                overwritten);
    }

    List<Candidate> candidates() {
        return gone ? List.of() : grant.candidates();
    }
}

package dev.oauthconnection.grant;

import dev.oauthconnection.grant.GrantStore.Stored;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The grant Secret, what somebody saved of it, and the mark on the token Secret. A value. It needs no version: what a replica read is
 * either what is there or outdated, see {@link CheckedWork#outdated}.
 *
 * @param hanging a write that was given up and may land yet, as long as nobody else writes; null for none
 * @param released what an admin released
 * @param backup an older version that may be put back; null for none
 * @param mark the epoch that the token Secret carries
 * @param restored whether what is there was put back, and nothing newer has joined it since
 */
record CheckedSecret(
        Grant grant,
        @Nullable Grant hanging,
        long released,
        @Nullable Grant backup,
        long mark,
        boolean restored) {
    static CheckedSecret holding(Grant grant) {
        return new CheckedSecret(grant, null, 0, null, grant.epoch(), false);
    }

    Stored stored() {
        return new Stored(grant, CheckedWork.CURRENT, released, "");
    }

    Optional<Intent> intent() {
        return Optional.ofNullable(grant.intent());
    }

    /** Whether it is behind the token Secret, and nobody released it. */
    boolean isRolledBack() {
        return grant.epoch() < mark && released < mark;
    }

    /** Restored, and the mark is of no help: it was not yet set when what came after the backup was announced. */
    boolean isRestoredUnseen() {
        return restored && grant.epoch() >= mark;
    }

    CheckedSecret with(Grant next) {
        boolean joined = next.epoch() > grant.epoch() && grant.epoch() < mark && next.epoch() >= mark;
        return new CheckedSecret(
                next,
                null,
                released,
                backup,
                mark,
                restored && !joined && next.id().equals(grant.id()));
    }

    /** Somebody changed what is not ours. */
    CheckedSecret touched() {
        return new CheckedSecret(grant, null, released, backup, mark, restored);
    }

    /** Nobody knows yet that this write hangs. */
    CheckedSecret awaiting(Grant next) {
        return new CheckedSecret(grant, next, released, backup, mark, restored);
    }

    CheckedSecret saved() {
        return new CheckedSecret(grant, hanging, released, grant, mark, restored);
    }

    CheckedSecret putBack() {
        return new CheckedSecret(Objects.requireNonNull(backup), null, 0, null, mark, true);
    }

    CheckedSecret released(long epoch) {
        return new CheckedSecret(grant, null, epoch, backup, mark, restored);
    }

    /** Whether its answer is still to be published: nothing behind the mark ever is. */
    boolean isToBePublished() {
        Answer answer = grant.answer();
        return answer != null && answer.epoch() > mark && grant.epoch() >= mark;
    }

    CheckedSecret published() {
        return new CheckedSecret(
                grant,
                hanging,
                released,
                backup,
                Objects.requireNonNull(grant.answer()).epoch(),
                restored);
    }

    List<Candidate> candidates() {
        return grant.candidates();
    }
}

package dev.oauthconnection.grant;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The refresh tokens of one consent at the provider, and what is known to have happened to the current one of them. A value.
 *
 * @param issuedTo the nonce of the attempt that the current one was issued to
 * @param lost through what the current one came out of everybody's reach; null while that was not seen to happen
 * @param previousLost the same of the one before, which works while its grace lasts
 * @param ended why the provider takes none of them any more; null while it does, or where nothing explains it
 */
record CheckedFamily(
        TokenFamily tokens,
        String issuedTo,
        @Nullable Loss lost,
        @Nullable Loss previousLost,
        @Nullable Loss ended) {
    /** What may explain that a refresh token is lost: each is recorded when it happens, to the token that it happens to. */
    enum Loss {
        AnswerLost("the answer was lost on its way"),
        Killed("the process was killed with the answer in hand"),
        JournalLost("the pod was lost with the answer in its journal"),
        StoppedBeforeWriting(
                "a holder was stopped between its last check and the writing of its request, and both sent"),
        Deadline("a holder that had passed its last check was silent beyond the deadline, and both sent"),
        Replaced("a newer consent took the place of its own"),
        Overwritten("an older grant Secret was put in the place of the one that held it"),
        Deleted("somebody deleted the grant Secret that held it"),
        RestoredUnseen(
                "an older grant Secret was put back before the token Secret carried the mark of what came after it"),
        Outage("the grace came to its end before it was known how a redemption had ended");

        private final String meaning;

        Loss(String meaning) {
            this.meaning = meaning;
        }

        String meaning() {
            return meaning;
        }
    }

    static CheckedFamily consented(String id) {
        return new CheckedFamily(TokenFamily.consented(id), id, null, null, null);
    }

    String id() {
        return tokens.id();
    }

    CheckedFamily issuing(TokenFamily after, String nonce) {
        boolean spent = tokens.current().equals(after.previous());
        return new CheckedFamily(after, nonce, null, spent ? lost : previousLost, null);
    }

    CheckedFamily with(TokenFamily after) {
        return new CheckedFamily(after, issuedTo, lost, previousLost, ended);
    }

    /** The provider ends all of it. */
    CheckedFamily ending(@Nullable Loss why) {
        return new CheckedFamily(tokens.withRevoked(), issuedTo, lost, previousLost, ended == null ? why : ended);
    }

    /** Why nobody has one that works. Where there is a grace, the one before works as well until it comes to its end. */
    Optional<Loss> explained(RedemptionRules rules, Instant now) {
        if (tokens.revoked()) {
            return Optional.ofNullable(ended);
        }
        Optional<Loss> current = Optional.ofNullable(lost);
        if (!rules.hasGrace() || tokens.previous() == null) {
            return current;
        }
        boolean over = !now.isBefore(tokens.consumedAt().plus(rules.grace()));
        return current.flatMap(loss -> over ? Optional.of(Loss.Outage) : Optional.ofNullable(previousLost));
    }

    /** What came first is what lost it. */
    CheckedFamily losing(Loss loss) {
        return lost != null ? this : new CheckedFamily(tokens, issuedTo, loss, previousLost, ended);
    }

    CheckedFamily losingPrevious(Loss loss) {
        return previousLost != null ? this : new CheckedFamily(tokens, issuedTo, lost, loss, ended);
    }
}

package dev.oauthconnection.grant;

import dev.oauthconnection.api.OAuthConnectionSpec.OnAmbiguousRedemption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * When a refresh token may be sent a second time, as the design states it and not as the code has it: a refused one when its time has come,
 * a spent one inside the grace, and otherwise as a replay of an attempt whose end is on no record.
 */
final class StatedPolicy {
    private static final int TRIES_OF_A_REFUSED_TOKEN = 15;

    /** One attempt to redeem a refresh token, as the store and whoever knows everything tell of it. */
    static final class Attempted {
        final String nonce;
        boolean sent;
        /** The provider certainly did not process it. */
        boolean harmless;
        /** How it ended is in the store, so that nobody may doubt it. */
        boolean recorded;

        Attempted(String nonce) {
            this.nonce = nonce;
        }
    }

    private final RedemptionRules rules;
    private long released;

    StatedPolicy(RedemptionRules rules) {
        this.rules = rules;
    }

    /** An admin released what is held up to this epoch. */
    void released(long epoch) {
        released = epoch;
    }

    /**
     * Against which rules it is to announce this sending.
     *
     * @param armed the grant as it announces it
     * @param before the attempts with this token before this one
     * @param refusals how often its refusal was stored
     */
    List<String> breaches(Grant armed, Candidate candidate, List<Attempted> before, int refusals) {
        Intent intent = Objects.requireNonNull(armed.intent());
        boolean known = candidate.spentAt() != null || candidate.refusedAt() != null;
        Doubt doubt = intent.doubt();
        return Stream.of(
                        outOfTurn(armed, candidate),
                        spent(candidate, intent.armedAt()),
                        refused(candidate, intent.armedAt(), refusals),
                        doubt == null ? sentBefore(known, before) : replayed(doubt, intent.armedAt(), before))
                .filter(breach -> !breach.isEmpty())
                .toList();
    }

    private static String outOfTurn(Grant armed, Candidate candidate) {
        boolean newer = armed.candidates().stream()
                .anyMatch(c -> c.epoch() > candidate.epoch() && c.spentAt() == null && c.refusedAt() == null);
        return newer ? "an older token before the newest" : "";
    }

    private String spent(Candidate candidate, Instant at) {
        Instant spentAt = candidate.spentAt();
        if (spentAt == null) {
            return "";
        }
        boolean inside = at.isBefore(spentAt.plus(rules.grace()));
        return inside ? "" : "a spent token outside its grace";
    }

    private String refused(Candidate candidate, Instant at, int refusals) {
        Instant refusedAt = candidate.refusedAt();
        if (refusedAt == null) {
            return refusals == 0 ? "" : "a refused token as if it were not";
        }
        if (candidate.lostThrough() != null && rules.reuseRevokesGrant()) {
            return "a refused replay where reuse revokes";
        }
        Duration pause = refusals == 1 ? Duration.ofHours(1) : Duration.ofDays(1);
        if (at.isBefore(refusedAt.plus(pause))) {
            return "a refused token before its time";
        }
        return refusals > TRIES_OF_A_REFUSED_TOKEN ? "a refused token for ever" : "";
    }

    private static String sentBefore(boolean known, List<Attempted> before) {
        return !known && before.stream().anyMatch(a -> a.sent && !a.harmless) ? "a token twice without a doubt" : "";
    }

    private String replayed(Doubt doubt, Instant at, List<Attempted> before) {
        if (!before.isEmpty() && before.stream().allMatch(a -> a.recorded)) {
            return "a replay of what is settled";
        }
        boolean inGrace = rules.hasGrace() && at.isBefore(doubt.since().plus(rules.grace()));
        boolean held = rules.onAmbiguous() == OnAmbiguousRedemption.Hold && doubt.epoch() > released;
        return held && !inGrace ? "a replay that is held" : "";
    }

    /**
     * Whether an intent whose holder was silent was taken over before the published token lapsed and the grace came to its end, neither by the
     * taker's clock nor by the time that has passed.
     */
    boolean isImpatient(Intent taken, Duration stood, Intent taker, @Nullable Answer published) {
        Instant passed = taken.armedAt().plus(stood);
        Instant at = passed.isAfter(taker.armedAt()) ? passed : taker.armedAt();
        Instant since = taken.doubt() == null ? taken.armedAt() : taken.doubt().since();
        boolean graceEnds = rules.hasGrace()
                && !at.isBefore(
                        since.plus(rules.grace()).minus(rules.graceMargin().multipliedBy(2)));
        boolean lapsed = published == null || !at.isBefore(published.expiresAt().minus(Sample.WINDOWS.margin()));
        return !graceEnds && !lapsed;
    }
}

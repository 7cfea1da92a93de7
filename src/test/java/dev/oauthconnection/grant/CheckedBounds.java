package dev.oauthconnection.grant;

import static dev.oauthconnection.grant.CheckedFamily.Loss.AnswerLost;
import static dev.oauthconnection.grant.CheckedFamily.Loss.Deadline;
import static dev.oauthconnection.grant.CheckedFamily.Loss.Deleted;
import static dev.oauthconnection.grant.CheckedFamily.Loss.JournalLost;
import static dev.oauthconnection.grant.CheckedFamily.Loss.Killed;
import static dev.oauthconnection.grant.CheckedFamily.Loss.Overwritten;
import static dev.oauthconnection.grant.CheckedFamily.Loss.Replaced;
import static dev.oauthconnection.grant.CheckedFamily.Loss.RestoredUnseen;
import static dev.oauthconnection.grant.CheckedFamily.Loss.StoppedBeforeWriting;
import static dev.oauthconnection.grant.Faults.Fault.ClientRotation;
import static dev.oauthconnection.grant.Faults.Fault.Consent;
import static dev.oauthconnection.grant.Faults.Fault.Crash;
import static dev.oauthconnection.grant.Faults.Fault.Deletion;
import static dev.oauthconnection.grant.Faults.Fault.Fence;
import static dev.oauthconnection.grant.Faults.Fault.GraceEnd;
import static dev.oauthconnection.grant.Faults.Fault.Lapse;
import static dev.oauthconnection.grant.Faults.Fault.Late;
import static dev.oauthconnection.grant.Faults.Fault.LostMessage;
import static dev.oauthconnection.grant.Faults.Fault.LostPod;
import static dev.oauthconnection.grant.Faults.Fault.Outage;
import static dev.oauthconnection.grant.Faults.Fault.Patience;
import static dev.oauthconnection.grant.Faults.Fault.Restore;
import static dev.oauthconnection.grant.Faults.Fault.Write;

import dev.oauthconnection.grant.CheckedFamily.Loss;
import dev.oauthconnection.grant.Faults.Fault;
import dev.oauthconnection.grant.SimulatedProvider.Mode;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Bounds within which everything is tried, and through what a grant is lost there: through each of these in some schedule, and through
 * nothing else in any.
 */
record CheckedBounds(CheckedRules rules, Set<Loss> losses) {
    /** Less than a minute in all. */
    static Stream<CheckedBounds> narrow() {
        return Stream.of(
                strict(2, LostMessage, Crash, LostPod, Late, Fence, Fence, Lapse)
                        .losing(AnswerLost, Killed, JournalLost, StoppedBeforeWriting, Deadline),
                lenient(2, LostMessage, Crash, LostPod, Late, Fence, Lapse).losing(AnswerLost, Killed, JournalLost),
                grace(2, LostMessage, Crash, LostPod, Late, Fence, Lapse).losing(),
                grace(3, LostMessage, Late, Fence, Lapse).losing(),
                grace(2, LostMessage, Crash, Fence, Outage).losing(Loss.Outage),
                of(Mode.Held, 2, LostMessage, Crash, LostPod, Late, Fence, Lapse)
                        .losing(AnswerLost, Killed, JournalLost),
                strict(2, Write, Write, Crash, Late, Fence, Lapse)
                        .losing(AnswerLost, Killed, StoppedBeforeWriting, Deadline),
                strict(2, Restore, LostMessage, Crash, Fence).losing(AnswerLost, Killed, Overwritten, RestoredUnseen),
                grace(3, Restore, LostMessage).losing(Overwritten),
                strict(2, Consent, Late, Crash, Lapse).losing(AnswerLost, Killed, StoppedBeforeWriting, Deadline),
                strict(1, Consent, Consent, LostMessage, Crash, LostPod).losing(AnswerLost, Killed, JournalLost),
                strict(2, Consent, Restore, LostMessage).losing(AnswerLost, Replaced, Overwritten, RestoredUnseen),
                strict(3, ClientRotation, LostMessage, Crash, Fence, Fence).losing(AnswerLost, Killed),
                strict(2, Deletion, LostMessage, Crash, Fence).losing(AnswerLost, Killed, Deleted),
                grace(2, Deletion, LostMessage, Crash, LostPod, Fence).losing(Killed, JournalLost, Deleted),
                strict(1, Deletion, Consent, Late, Lapse).losing(Deleted),
                of(Mode.GraceThenStrict, 2, LostMessage, Late, Fence, Lapse).losing(),
                of(Mode.GraceThenStrict, 2, LostMessage, Crash, Fence, Outage).losing(Loss.Outage),
                brief(2, LostMessage, Crash, Late, Fence, Patience, GraceEnd).losing(),
                brief(2, Late, Fence, GraceEnd, Lapse, Outage).losing(StoppedBeforeWriting, Loss.Outage),
                strict(2, LostMessage, Crash, Fence).with(3).losing(AnswerLost, Killed),
                grace(2, LostMessage, Late, Fence, Lapse).with(3).losing());
    }

    /** Minutes, and more memory. */
    static Stream<CheckedBounds> wide() {
        return Stream.of(
                strict(2, LostMessage, Crash, LostPod, Late, Late, Fence, Fence, Lapse, Write)
                        .losing(AnswerLost, Killed, JournalLost, StoppedBeforeWriting, Deadline),
                grace(2, LostMessage, Crash, LostPod, Late, Fence, Fence, Lapse, Outage)
                        .losing(Loss.Outage),
                grace(3, LostMessage, LostMessage, Crash, Late, Fence, Fence, Lapse)
                        .losing(),
                strict(3, Restore, LostMessage, Crash, Fence).losing(AnswerLost, Killed, Overwritten, RestoredUnseen),
                grace(3, Restore, LostMessage, Fence, Lapse).losing(Overwritten),
                strict(2, Consent, Restore, Crash, Fence)
                        .losing(AnswerLost, Killed, Replaced, Overwritten, RestoredUnseen),
                of(Mode.GraceThenStrict, 2, LostMessage, Crash, LostPod, Late, Fence, Fence, Lapse, Outage)
                        .losing(StoppedBeforeWriting, Loss.Outage),
                // Without an outage too: a request that is written late brings another successor, and nobody asks
                // before the grace ends.
                brief(2, LostMessage, Crash, LostPod, Late, Fence, Patience, GraceEnd, Lapse)
                        .losing(StoppedBeforeWriting, Loss.Outage),
                brief(2, LostMessage, Late, Fence, Patience, GraceEnd, Lapse, Outage)
                        .losing(StoppedBeforeWriting, Loss.Outage),
                strict(2, Deletion, LostMessage, Crash, LostPod, Late, Fence, Lapse, Write)
                        .losing(AnswerLost, Killed, JournalLost, StoppedBeforeWriting, Deadline, Deleted),
                strict(3, LostMessage, Crash, LostPod, Fence, Lapse)
                        .with(3)
                        .losing(AnswerLost, Killed, JournalLost, Deadline),
                strict(2, ClientRotation, LostMessage, Crash, Late, Fence, Lapse, Write)
                        .losing(AnswerLost, Killed, StoppedBeforeWriting, Deadline));
    }

    /** A rule that is broken, where that matters, and what is found then. */
    static Stream<CheckedBounds> broken() {
        return Stream.of(
                strict(2).without(Broken.Arm),
                strict(2).without(Broken.Fence),
                strict(2, Lapse).without(Broken.Check),
                lenient(1, Crash).without(Broken.Journal),
                lenient(2, Late, Lapse).without(Broken.Merge),
                grace(2, LostMessage, LostPod, Late, Fence).without(Broken.Previous),
                strict(2, Restore).without(Broken.Mark),
                strict(1, Consent).without(Broken.Consent),
                lenient(1, ClientRotation).without(Broken.Client),
                strict(1, Consent, Restore, Late, Lapse).without(Broken.Late),
                brief(2, Late, Fence, GraceEnd, Patience, Lapse).without(Broken.Grace),
                strict(1, Deletion).without(Broken.Create),
                strict(3, Fence).with(3).without(Broken.Lock));
    }

    private static CheckedBounds strict(int attempts, Fault... faults) {
        return of(Mode.Strict, attempts, faults);
    }

    private static CheckedBounds lenient(int attempts, Fault... faults) {
        return of(Mode.Lenient, attempts, faults);
    }

    private static CheckedBounds grace(int attempts, Fault... faults) {
        return of(Mode.Grace, attempts, faults);
    }

    private static CheckedBounds brief(int attempts, Fault... faults) {
        return of(Mode.BriefGrace, attempts, faults);
    }

    private static CheckedBounds of(Mode mode, int attempts, Fault... faults) {
        return new CheckedBounds(new CheckedRules(mode, Broken.None, attempts, 2, Faults.NONE.and(faults)), Set.of());
    }

    private CheckedBounds with(int replicas) {
        return new CheckedBounds(
                new CheckedRules(rules.mode(), rules.broken(), rules.attempts(), replicas, rules.faults()), losses);
    }

    private CheckedBounds losing(Loss... through) {
        return new CheckedBounds(rules, Set.copyOf(List.of(through)));
    }

    private CheckedBounds without(Broken rule) {
        return new CheckedBounds(
                new CheckedRules(rules.mode(), rule, rules.attempts(), rules.replicas(), rules.faults()), losses);
    }

    /** The same with the rule in its place. */
    CheckedBounds whole() {
        return without(Broken.None);
    }

    @Override
    public String toString() {
        return rules.toString();
    }
}

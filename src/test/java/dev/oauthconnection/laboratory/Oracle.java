package dev.oauthconnection.laboratory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Says what became of each grant, and does not ask the subject. A loss is what nobody who could still use it had any more: the newest
 * refresh token of a grant. Through which window that one was lost is told by what was written down about the very answer it was in.
 */
final class Oracle {
    /** From the last byte of an answer to the journal: milliseconds; whoever has had it for longer sat on it, and that is no window. */
    private static final Duration LONGEST_WINDOW = Duration.ofSeconds(2);

    /** From SIGKILL until what the process had sent before has arrived. */
    private static final Duration LONGEST_DYING = Duration.ofSeconds(1);

    /**
     * A grant that was lost.
     *
     * @param newest its last refresh token
     * @param open how long the window had been open when it was hit; zero where that means nothing
     * @param said by the subject
     */
    record Loss(Instant at, TokenName newest, Window window, Duration open, String said) {}

    private final Evidence evidence;

    Oracle(Evidence evidence) {
        this.evidence = evidence;
    }

    List<Loss> losses() {
        List<Loss> losses = new ArrayList<>();
        for (Diary.Lost lost : evidence.losses()) {
            losses.add(explained(lost));
        }
        for (TokenName newest : evidence.current()) {
            boolean known =
                    evidence.losses().stream().anyMatch(lost -> lost.newest().isSameGrant(newest));
            if (!known && !isStored(newest)) {
                losses.add(explained(new Diary.Lost(evidence.ended(), newest, "found at the end")));
            }
        }
        return losses;
    }

    /** What is known of the very answer that brought a refresh token, for who has to find out why nothing explains its loss. */
    List<String> clues(TokenName token) {
        return Stream.of(
                        evidence.exchanges().stream()
                                .filter(exchange -> exchange.issued().equals(token)
                                        || exchange.used().equals(token)),
                        evidence.stored().stream()
                                .filter(version -> version.refreshTokens().contains(token)),
                        evidence.leftovers().stream()
                                .filter(left -> left.journal().contains(token)),
                        evidence.decisions().stream()
                                .filter(decision -> decision.used().isSameGrant(token)
                                        && decision.used().count() >= token.count() - 1))
                .flatMap(each -> each)
                .map(Record::toString)
                .toList();
    }

    private Loss explained(Diary.Lost lost) {
        TokenName newest = lost.newest();
        if (evidence.diary().stream()
                .anyMatch(entry -> entry.kind() == Diary.Kind.ByHand
                        && entry.what().equals(newest.grant())
                        && !entry.at().isAfter(lost.at()))) {
            return new Loss(lost.at(), newest, Window.ByHand, Duration.ZERO, lost.said());
        }
        Optional<Gate.Exchange> carrier = evidence.exchanges().stream()
                .filter(exchange -> exchange.issued().equals(newest))
                .findFirst();
        if (isStored(newest) || carrier.isEmpty()) {
            Window window = isReusedByOneThatWasStopped(newest) ? Window.StoppedBeforeSending : Window.Unexplained;
            return new Loss(lost.at(), newest, window, Duration.ZERO, lost.said());
        }
        Gate.Exchange answer = carrier.get();
        if (answer.fault().losesAnswer() || !answer.isRelayed() || isOfADeadSender(answer)) {
            return new Loss(lost.at(), newest, Window.AnswerLost, Duration.ZERO, lost.said());
        }
        return after(lost, answer);
    }

    /** When its request came, none of the living held the socket that it came from, and one of them had just been killed. */
    private boolean isOfADeadSender(Gate.Exchange answer) {
        return answer.pid() == 0
                && evidence.diary().stream()
                        .filter(entry -> entry.kind() == Diary.Kind.Killed)
                        .anyMatch(entry -> entry.at().isBefore(answer.arrived())
                                && entry.at().isAfter(answer.arrived().minus(LONGEST_DYING)));
    }

    /** The whole answer was handed over: what happened to the process that got it? */
    private Loss after(Diary.Lost lost, Gate.Exchange answer) {
        TokenName newest = lost.newest();
        Optional<Diary.Entry> killed = of(answer.pid(), Diary.Kind.Killed, entry -> true);
        if (killed.isPresent()) {
            Duration open = Duration.between(answer.relayed(), killed.get().at());
            if (open.isNegative()) {
                return new Loss(lost.at(), newest, Window.AnswerLost, Duration.ZERO, lost.said());
            }
            if (evidence.leftovers().stream()
                    .anyMatch(
                            left -> left.pid() == answer.pid() && left.journal().contains(newest))) {
                boolean gone = isPodLost(killed.get(), lost.at());
                return new Loss(lost.at(), newest, gone ? Window.JournalLost : Window.Unexplained, open, lost.said());
            }
            if (open.compareTo(LONGEST_WINDOW) < 0) {
                return new Loss(lost.at(), newest, Window.KilledBeforeJournal, open, lost.said());
            }
        }
        boolean stood = of(
                        answer.pid(), Diary.Kind.Stopped, entry -> !entry.at().isAfter(lost.at()))
                .isPresent();
        return new Loss(lost.at(), newest, stood ? Window.Deadline : Window.Unexplained, Duration.ZERO, lost.said());
    }

    /** Its pod may have been lost with a later process that had no time to look into the journal. */
    private boolean isPodLost(Diary.Entry killed, Instant until) {
        return evidence.diary().stream()
                .filter(entry -> entry.kind() == Diary.Kind.PodLost)
                .filter(entry -> entry.what().equals(killed.what()))
                .anyMatch(entry -> entry.at().isAfter(killed.at()) && entry.at().isBefore(until));
    }

    /** A spent token came from a process that had stood still since before it was spent. */
    private boolean isReusedByOneThatWasStopped(TokenName newest) {
        return evidence.exchanges().stream()
                .filter(exchange -> exchange.used().isSameGrant(newest)
                        && exchange.used().count() < newest.count()
                        && exchange.status() == 400)
                .anyMatch(exchange -> of(exchange.pid(), Diary.Kind.Stopped, entry -> entry.at()
                                .isBefore(exchange.arrived()))
                        .isPresent());
    }

    private Optional<Diary.Entry> of(long pid, Diary.Kind kind, Predicate<Diary.Entry> which) {
        return evidence.diary().stream()
                .filter(entry -> entry.pid() == pid && entry.kind() == kind)
                .filter(which)
                .findFirst();
    }

    private boolean isStored(TokenName token) {
        return evidence.stored().stream()
                .anyMatch(version -> version.refreshTokens().contains(token));
    }

    /** When refresh tokens were sent again after they had been spent: replays, which are meant where there is a grace. */
    List<Instant> redeemedTwice() {
        return evidence.decisions().stream()
                .filter(decision -> evidence.decisions().stream()
                        .anyMatch(other -> other != decision
                                && other.used().equals(decision.used())
                                && other.issued().isPresent()
                                && other.at().isBefore(decision.at())))
                .map(RotatingServer.Decision::at)
                .toList();
    }

    long redemptions() {
        return evidence.decisions().stream()
                .filter(decision -> decision.issued().isPresent())
                .count();
    }

    /** A time in which the published token of a connection had lapsed. */
    record Gap(String connection, Instant from, Instant to) {
        Duration length() {
            return Duration.between(from, to);
        }
    }

    List<Gap> gaps() {
        List<Gap> gaps = new ArrayList<>();
        evidence.published().stream()
                .map(SecretHistory.Published::connection)
                .distinct()
                .forEach(connection -> {
                    List<SecretHistory.Published> versions = evidence.published().stream()
                            .filter(version -> version.connection().equals(connection))
                            .sorted(Comparator.comparing(SecretHistory.Published::at))
                            .toList();
                    for (int i = 1; i < versions.size(); i++) {
                        Instant lapsed = versions.get(i - 1).expiresAt();
                        if (versions.get(i).at().isAfter(lapsed)) {
                            gaps.add(new Gap(connection, lapsed, versions.get(i).at()));
                        }
                    }
                });
        return gaps;
    }

    /** Whether a gap is what a lost grant cost. */
    boolean isCostOfLoss(Gap gap, List<Loss> losses) {
        return losses.stream()
                .anyMatch(loss -> loss.newest().connection().equals(gap.connection())
                        && loss.at().isBefore(gap.to())
                        && loss.at().isAfter(gap.from().minus(evidence.plan().lifetime())));
    }
}

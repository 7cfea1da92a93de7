package dev.oauthconnection.grant;

import dev.oauthconnection.oauth.TokenAnswer;
import dev.oauthconnection.oauth.TokenOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One redemption, or one commit from the journal, of a simulated process. */
final class SimulatedRun {
    final String nonce;
    final RedemptionProtocol.@Nullable Terms terms;
    final Duration startedMono;
    final Instant startedWall;
    Step step;

    @Nullable
    Message sent;

    Duration sentMono = Duration.ZERO;
    Instant requestedAt = Instant.MIN;

    SimulatedRun(String nonce, RedemptionProtocol.@Nullable Terms terms, Duration mono, Instant wall, Step first) {
        this.nonce = nonce;
        this.terms = terms;
        this.startedMono = mono;
        this.startedWall = wall;
        this.step = first;
    }

    RedemptionProtocol protocol() {
        return new RedemptionProtocol(Objects.requireNonNull(terms));
    }

    /** The answer that this run has and has not committed. */
    @Nullable
    TokenAnswer answerInHand() {
        return switch (step) {
            case Step.Keep keep -> keep.entry().answer();
            case Step.Commit commit -> commit.entry().answer();
            case Step.Create create -> create.entry().answer();
            case Step.Reread reread -> reread.entry().answer();
            case Step.Read read -> null;
            case Step.Arm arm -> null;
            case Step.ConfirmArming confirm -> null;
            case Step.Send send -> null;
            case Step.RecordEnd end -> null;
            case Step.Done done -> null;
        };
    }

    /** A request on its way to the provider, then its answer on the way back. */
    static final class Message {
        final SimulatedRun run;
        final String token;
        final Instant sentAt;

        @Nullable
        TokenOutcome answer;

        Message(SimulatedRun run, String token, Instant sentAt) {
            this.run = run;
            this.token = token;
            this.sentAt = sentAt;
        }
    }
}

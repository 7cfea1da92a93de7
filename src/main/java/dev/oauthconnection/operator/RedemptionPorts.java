package dev.oauthconnection.operator;

import dev.oauthconnection.grant.AwaitedAnswer;
import dev.oauthconnection.grant.GrantStore;
import dev.oauthconnection.grant.Journal;
import dev.oauthconnection.grant.Redemption;
import dev.oauthconnection.grant.SendWindow;
import dev.oauthconnection.keeper.KeeperClient;
import dev.oauthconnection.oauth.IssuerCircuit;
import dev.oauthconnection.oauth.TokenEndpoint;
import dev.oauthconnection.oauth.TokenOutcome;
import dev.oauthconnection.oauth.TokenRequest;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real world of a redemption. Each request passes the issuer's circuit. */
public record RedemptionPorts(
        GrantStore store,
        Journal journal,
        TokenEndpoint endpoint,
        KeeperClient keeper,
        IssuerCircuit circuit,
        InstantSource clock)
        implements Redemption.Ports {
    private static final Logger LOG = LoggerFactory.getLogger(RedemptionPorts.class);

    /** What the circuit counts by: the host that the requests go to. */
    static String issuerOf(URI tokenEndpoint) {
        return tokenEndpoint.getAuthority();
    }

    @Override
    public TokenOutcome send(TokenRequest request, Duration callTimeout, BooleanSupplier mayStillSend) {
        return throughCircuit(request, () -> endpoint.send(request, callTimeout, mayStillSend));
    }

    /** By the keeper, where there is one: its answer outlives this process. */
    @Override
    public TokenOutcome send(TokenRequest request, Duration callTimeout, SendWindow window, AwaitedAnswer awaited) {
        return throughCircuit(request, () -> keeper.send(request, callTimeout, window, awaited)
                .map(outcome -> kept(outcome, awaited))
                .orElseGet(
                        () -> endpoint.send(request, callTimeout, () -> window.isOpen(nanoTime(), clock.instant()))));
    }

    /** An answer that the keeper has kept and could not tell, or told too late, is no less an answer. */
    private TokenOutcome kept(TokenOutcome outcome, AwaitedAnswer awaited) {
        if (!(outcome instanceof TokenOutcome.Ambiguous)) {
            return outcome;
        }
        try {
            return journal.entries().stream()
                    .filter(entry -> entry.nonce().equals(awaited.nonce()))
                    .findFirst()
                    .<TokenOutcome>map(entry -> new TokenOutcome.Granted(entry.answer()))
                    .orElse(outcome);
        } catch (UncheckedIOException e) {
            journalFailed(e);
            return outcome;
        }
    }

    private TokenOutcome throughCircuit(TokenRequest request, Supplier<TokenOutcome> sending) {
        String issuer = issuerOf(request.endpoint());
        circuit.enter(issuer);
        TokenOutcome outcome = new TokenOutcome.Ambiguous("the request was interrupted");
        try {
            outcome = sending.get();
            return outcome;
        } finally {
            circuit.exit(issuer, outcome);
        }
    }

    /** The answer is committed from memory; until it is, a crash would lose it. */
    @Override
    public void journalFailed(RuntimeException failure) {
        LOG.error("the journal cannot be written: check its volume. Answers are stored from memory meanwhile", failure);
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void pause(Duration duration) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(duration.toMillis()));
    }
}

package dev.oauthconnection.operator;

import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.api.OAuthConnectionSpec.OnAmbiguousRedemption;
import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.grant.Attempt;
import dev.oauthconnection.grant.Binding;
import dev.oauthconnection.grant.Candidate;
import dev.oauthconnection.grant.FolderJournal;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantJson;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.grant.GrantStore;
import dev.oauthconnection.grant.HandledRequests;
import dev.oauthconnection.grant.HolderEnd;
import dev.oauthconnection.grant.Journal;
import dev.oauthconnection.grant.Redemption;
import dev.oauthconnection.grant.RedemptionProtocol;
import dev.oauthconnection.grant.RedemptionRules;
import dev.oauthconnection.grant.Takeover;
import dev.oauthconnection.grant.Windows;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.oauth.TokenAnswers;
import dev.oauthconnection.oauth.TokenOutcome;
import dev.oauthconnection.oauth.TokenRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Whole redemptions with nobody, before the first real one: between an answer and the journal a kill costs a grant, and code that runs
 * for the first time takes many times as long. Nothing of it leaves the process but files in a folder of its own beside the journal.
 */
final class Rehearsal implements Redemption.Ports, GrantStore {
    private static final int TIMES = 60;
    private static final GrantKey NOBODY = new GrantKey("rehearsal", "rehearsal", "rehearsal");
    private static final URI NOWHERE = URI.create("https://rehearsal.invalid/token");
    private static final Binding BINDING = new Binding(null, NOWHERE, null, "rehearsal", ClientAuthentication.Basic);
    private static final RedemptionRules RULES =
            new RedemptionRules(true, Duration.ZERO, true, false, OnAmbiguousRedemption.Replay);
    private static final String ANSWER =
            "{\"access_token\":\"rehearsed\",\"token_type\":\"Bearer\",\"expires_in\":3600,"
                    + "\"refresh_token\":\"rehearsed\",\"scope\":\"openid\"}";

    private final Journal journal;
    private byte[] stored;
    private int version;

    private Rehearsal(Path folder) {
        journal = new FolderJournal(folder, (file, why) -> {});
        stored = GrantJson.write(new Grant(
                NOBODY,
                "rehearsal",
                GrantType.AuthorizationCode,
                BINDING,
                1,
                null,
                List.of(new Candidate(1, null, "rehearsed", null, null, 0, null)),
                null,
                List.of(),
                List.of(),
                HandledRequests.NONE,
                null,
                null));
    }

    /**
     * Holds it, until it is called off. What lies in its folder is never taken for an answer.
     *
     * @throws IOException or
     * @throws java.io.UncheckedIOException when the folder cannot be written: neither can the journal
     */
    static void hold(Path journal, BooleanSupplier calledOff) throws IOException {
        Path folder = journal.resolve("rehearsal");
        delete(folder);
        Rehearsal rehearsal = new Rehearsal(folder);
        for (int i = 0; i < TIMES && !calledOff.getAsBoolean(); i++) {
            rehearsal.once();
        }
        delete(folder);
    }

    /** With what a process left there that was killed in its middle. */
    private static void delete(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private void once() {
        Grant grant = GrantJson.read(stored, Grant.class);
        Windows windows = Windows.of(Duration.ofMinutes(10), RULES);
        Attempt attempt = new Attempt(UUID.randomUUID().toString(), "rehearsal/rehearsal", windows, null);
        RedemptionProtocol.Terms terms = new RedemptionProtocol.Terms(
                attempt,
                RULES,
                BINDING,
                new Takeover.Sight(Duration.ZERO, HolderEnd.NotKnown),
                grant.epoch(),
                0,
                false);
        new Redemption(this).redeem(NOBODY, terms, (armed, candidate) -> request());
    }

    private static TokenRequest request() {
        return new TokenRequest(
                NOWHERE,
                Trust.SYSTEM,
                new Client("rehearsal", "rehearsal"),
                ClientAuthentication.Basic,
                Map.of("grant_type", "refresh_token", "refresh_token", "rehearsed"),
                Map.of(),
                Set.of(),
                Duration.ofHours(1));
    }

    @Override
    public TokenOutcome send(TokenRequest request, Duration callTimeout, BooleanSupplier mayStillSend) {
        return TokenAnswers.classify(200, null, ANSWER, request);
    }

    @Override
    public GrantStore store() {
        return this;
    }

    @Override
    public Journal journal() {
        return journal;
    }

    @Override
    public Optional<Stored> read(GrantKey key) {
        return Optional.of(current());
    }

    @Override
    public Put put(Grant grant, String readVersion) {
        stored = GrantJson.write(grant);
        version++;
        return new Put.Done(current());
    }

    @Override
    public Put create(Grant grant) {
        return put(grant, "");
    }

    private Stored current() {
        return new Stored(GrantJson.read(stored, Grant.class), Integer.toString(version), 0, "");
    }

    @Override
    public Instant now() {
        return Instant.EPOCH;
    }

    @Override
    public long nanoTime() {
        return 0;
    }

    @Override
    public void pause(Duration duration) {}
}

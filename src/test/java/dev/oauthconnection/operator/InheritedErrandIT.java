package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.grant.Attempt;
import dev.oauthconnection.grant.AwaitedAnswer;
import dev.oauthconnection.grant.FolderJournal;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantChanges;
import dev.oauthconnection.grant.GrantStore.Put;
import dev.oauthconnection.grant.GrantStore.Stored;
import dev.oauthconnection.grant.Intent;
import dev.oauthconnection.grant.SendWindow;
import dev.oauthconnection.grant.Windows;
import dev.oauthconnection.keeper.Keeper;
import dev.oauthconnection.keeper.KeeperClient;
import dev.oauthconnection.keeper.Way;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.oauth.IssuerCircuit;
import dev.oauthconnection.oauth.TokenAnswer;
import dev.oauthconnection.oauth.TokenEndpoint;
import dev.oauthconnection.oauth.TokenOutcome;
import dev.oauthconnection.oauth.TokenRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The keeper still sends for a process of this pod that is gone, when the next one starts. */
class InheritedErrandIT extends OnOperatorWorld {
    private static final String NONCE = "of-the-process-before";
    /** Of a fence that does not end in a test. */
    private static final Duration PART = Duration.ofMinutes(20);

    private final CompletableFuture<TokenOutcome> outcome = new CompletableFuture<>();
    private Keeper keeper;

    /** A process armed the grant and handed the request over; then it died. */
    @BeforeEach
    void begin() throws IOException {
        books.connected();
        world.stopOperator();
        Grant grant = books.grant();
        GrantSecrets store = new GrantSecrets(world.client, OperatorWorld.OPERATOR_NAMESPACE);
        Stored stored = store.read(books.key()).orElseThrow();
        Attempt attempt = new Attempt(NONCE, "pod//before", new Windows(PART, PART, PART), null);
        Grant armed = GrantChanges.arm(grant, grant.candidates().getFirst(), attempt, world.clock.instant(), 0, null);
        assertThat(store.put(armed, stored.version())).isInstanceOf(Put.Done.class);
        keeper = Keeper.start(
                journalFolder(),
                way -> endpoint(),
                new FolderJournal(journalFolder(), (file, why) -> {}, ".keeper"),
                world.clock,
                System::nanoTime);
        handOver(armed);
    }

    @AfterEach
    void end() throws IOException {
        outcome.complete(new TokenOutcome.Ambiguous("the test is over"));
        keeper.close();
    }

    @Test
    void its_answer_is_stored_and_nothing_is_sent_again() {
        world.startOperator();
        assertThat(ended()).isNull();

        outcome.complete(new TokenOutcome.Granted(
                new TokenAnswer("secret-at-kept", "Bearer", Duration.ofHours(1), "secret-rt-kept", List.of(), null)));

        LiveConnection.soon().untilAsserted(() -> assertThat(books.kept()).contains("secret-rt-kept"));
        assertThat(books.provider.tokenRequests()).hasSize(1);
    }

    @Test
    void where_it_brings_no_answer_that_is_recorded_so_that_nobody_waits_for_one() {
        world.startOperator();
        assertThat(ended()).isNull();

        outcome.complete(new TokenOutcome.Ambiguous("the answer was cut off"));

        LiveConnection.soon().untilAsserted(() -> assertThat(ended()).isEqualTo(Intent.Ended.HolderGone));
    }

    @Test
    void an_answer_that_the_keeper_kept_and_could_not_tell_is_an_answer() {
        KeeperClient asker = new KeeperClient(journalFolder(), new Way(Map.of(), true, List.of()));
        TokenAnswer answer =
                new TokenAnswer("secret-at-kept", "Bearer", Duration.ofHours(1), "secret-rt-kept", List.of(), null);
        AwaitedAnswer awaited = awaited(books.grant(), "kept-and-not-told");
        FolderJournal journal = new FolderJournal(journalFolder(), (file, why) -> {});
        journal.keep(awaited.with(answer));
        outcome.complete(new TokenOutcome.Ambiguous("the reply was lost"));
        RedemptionPorts ports = new RedemptionPorts(
                new GrantSecrets(world.client, OperatorWorld.OPERATOR_NAMESPACE),
                journal,
                endpoint(),
                asker,
                new IssuerCircuit(world.clock, 1),
                world.clock);

        assertThat(ports.send(request(books.grant()), Duration.ofMinutes(1), window(), awaited))
                .isEqualTo(new TokenOutcome.Granted(answer));
    }

    private Intent.Ended ended() {
        Intent intent = books.grant().intent();
        return intent == null ? null : intent.ended();
    }

    private void handOver(Grant armed) {
        KeeperClient before = new KeeperClient(journalFolder(), new Way(Map.of(), true, List.of()));
        CompletableFuture.runAsync(
                () -> before.send(request(armed), Duration.ofMinutes(1), window(), awaited(armed, NONCE)));
        LiveConnection.soon().until(() -> before.atWork().orElseThrow().contains(NONCE));
    }

    private static TokenRequest request(Grant armed) {
        return new TokenRequest(
                armed.binding().tokenEndpoint(),
                Trust.SYSTEM,
                new dev.oauthconnection.oauth.Client("app", LiveConnection.CLIENT_SECRET),
                armed.binding().clientAuthentication(),
                Map.of("grant_type", "refresh_token"),
                Map.of(),
                Set.of(),
                Duration.ofHours(1));
    }

    private AwaitedAnswer awaited(Grant armed, String nonce) {
        Intent intent = armed.intent();
        return new AwaitedAnswer(
                nonce, armed, intent.epoch(), intent.candidateEpoch(), world.clock.instant(), Duration.ZERO, null);
    }

    private SendWindow window() {
        return new SendWindow(System.nanoTime(), world.clock.instant(), Duration.ofMinutes(1));
    }

    private TokenEndpoint endpoint() {
        return (request, mayStillSend) -> outcome.join();
    }

    private Path journalFolder() {
        return folder.resolve("journal");
    }
}

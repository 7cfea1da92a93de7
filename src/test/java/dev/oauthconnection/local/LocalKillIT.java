package dev.oauthconnection.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oauthconnection.local.http.Http;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The process is killed (SIGKILL) while it refreshes as fast as it can, again and again: what is lost, and why. */
class LocalKillIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int KILLS = 12;
    /** The kills end after this, on slow machines too. */
    private static final Duration ENOUGH = Duration.ofSeconds(60);

    @RegisterExtension
    final LocalRig rig = new LocalRig();

    private final Random random = new Random(42);

    private interface Start {
        LocalProcess start() throws IOException;
    }

    private interface Consent {
        void give() throws Exception;
    }

    /** @param cuts the kills in the middle of a redemption: it was announced, and its end is not on the disk */
    private record Toll(int kills, int cuts, int losses) {}

    @Test
    void with_a_grace_period_no_kill_loses_the_grant() throws Exception {
        try (XeroOnThisMachine there = XeroOnThisMachine.beside(rig)) {
            // Short tokens have a short fence, so the next process does not wait long for the one that was killed.
            there.xero().withAccessTokensFor(Duration.ofSeconds(8));
            // Spent at the provider, and the answer not here yet: most kills meet a redemption in this state.
            there.xero().withAnswersAfter(Duration.ofMillis(200));
            Toll toll = killAgainAndAgain(there::start, there::connect);
            report("with a grace period", toll);
            assertThat(toll.losses()).isZero();
            assertThat(toll.cuts()).as("kills in the middle of a redemption").isPositive();
            assertThat(there.xero().redemptions()).containsOnlyOnce("authorization_code");
        }
    }

    @Test
    void without_grace_a_kill_loses_the_grant_only_between_the_answer_and_the_journal() throws Exception {
        Toll toll =
                killAgainAndAgain(() -> rig.start("--playground"), () -> new Visitor().allowAtPlayground(rig.port()));
        report("without grace", toll);
    }

    /** Each loss must have said which window it went through; everything else fails the test. */
    private Toll killAgainAndAgain(Start command, Consent consent) throws Exception {
        LocalProcess process = command.start();
        consent.give();
        rig.awaitToken();
        int kills = 0;
        int cuts = 0;
        int losses = 0;
        long began = System.nanoTime();
        while (kills < KILLS && System.nanoTime() - began < ENOUGH.toNanos()) {
            killWhileRefreshing(process);
            kills++;
            cuts += isRedemptionCutOff() ? 1 : 0;
            process = command.start();
            if (!isRefreshedAgain()) {
                losses++;
                consent.give();
                rig.awaitToken();
            }
        }
        return new Toll(kills, cuts, losses);
    }

    private void killWhileRefreshing(LocalProcess process) {
        Executor later = CompletableFuture.delayedExecutor(random.nextInt(1_500), TimeUnit.MILLISECONDS);
        CompletableFuture<Void> kill = CompletableFuture.runAsync(() -> destroy(process), later);
        while (!kill.isDone()) {
            try {
                Http.to(rig.url("/refresh")).get();
            } catch (UncheckedIOException killed) {
                // The answer was cut off: that is what this is about.
            }
        }
        kill.join();
    }

    private static void destroy(LocalProcess process) {
        try {
            process.kill();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** True when the grant gives a new token without a new consent; false when it is lost through a window that is named. */
    private boolean isRefreshedAgain() {
        await().atMost(LocalProcess.PATIENCE)
                .until(() -> Http.to(rig.url("/refresh")).get().status() == 200
                        || status().path("reason").asText().equals("GrantLost"));
        JsonNode status = status();
        if (!status.path("reason").asText().equals("GrantLost")) {
            return true;
        }
        assertThat(status.path("message").asText()).containsAnyOf("(KilledBeforeJournal)", "(AnswerLost)");
        return false;
    }

    /** Whether a grant on the disk has an intent whose end is not known. */
    private boolean isRedemptionCutOff() throws IOException {
        Path secrets = rig.folder().resolve("state/secrets/oauthconnection-system");
        try (Stream<Path> files = Files.list(secrets)) {
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith("grant-"))
                    .toList()) {
                String summary = JSON.readTree(Files.readAllBytes(file))
                        .path("metadata")
                        .path("annotations")
                        .path("oauthconnection.dev/summary")
                        .asText();
                JsonNode intent = JSON.readTree(summary).path("intent");
                if (intent.isObject() && intent.path("ended").isMissingNode()) {
                    return true;
                }
            }
        }
        return false;
    }

    private JsonNode status() {
        return rig.json("/status");
    }

    private static void report(String provider, Toll toll) {
        System.out.printf(
                "%s: %d kills, %d of them in the middle of a redemption, lost %d grants%n",
                provider, toll.kills(), toll.cuts(), toll.losses());
    }
}

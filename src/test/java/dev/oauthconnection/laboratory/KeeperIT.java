package dev.oauthconnection.laboratory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The leader is killed while the authorization server, which spends refresh tokens at once, takes its time over the answer. */
class KeeperIT {

    @TempDir
    Path folder;

    @Test
    void beside_its_keeper_nothing_is_lost_also_where_the_next_process_is_there_before_the_answer() throws Exception {
        assertThat(lossesOf(Plan.Kind.Operator, Duration.ofSeconds(60), Duration.ofSeconds(7)))
                .isEmpty();
    }

    @Test
    void alone_it_loses_the_answer_and_with_it_the_grant() throws Exception {
        assertThat(lossesOf(Plan.Kind.OperatorWithoutKeeper, Duration.ofSeconds(20), Duration.ofSeconds(2)))
                .extracting(Oracle.Loss::window)
                .containsExactly(Window.AnswerLost);
    }

    private List<Oracle.Loss> lossesOf(Plan.Kind kind, Duration lifetime, Duration thinking)
            throws IOException, InterruptedException {
        Plan plan = new Plan(kind, RotatingServer.Mode.Strict, 1, 1, lifetime, Duration.ofSeconds(3), thinking);
        try (Trial trial = new Trial(plan, folder)) {
            trial.start();
            CountDownLatch arrived = new CountDownLatch(1);
            trial.gate.onArrival(used -> arrived.countDown());
            assertThat(arrived.await(1, TimeUnit.MINUTES)).isTrue();
            Pod leader = trial.awaitLeader();

            leader.kill();
            leader.start();

            return new Oracle(trial.finish()).losses();
        }
    }
}

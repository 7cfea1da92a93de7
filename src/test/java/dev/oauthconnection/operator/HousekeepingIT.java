package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a process does from time to time. */
class HousekeepingIT extends OnOperatorWorld {
    @Test
    void a_task_that_fails_has_its_next_turn() throws Exception {
        Housekeeping housekeeping = new Housekeeping(world.recovery());
        CountDownLatch turns = new CountDownLatch(2);

        housekeeping.every(Duration.ofMillis(1), "a task that fails", () -> {
            turns.countDown();
            throw new IllegalStateException("as if");
        });

        assertThat(turns.await(30, TimeUnit.SECONDS)).isTrue();
        housekeeping.close(Deadline.in(Duration.ofSeconds(30)));
    }
}

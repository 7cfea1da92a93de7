package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DeadlineTest {
    @Test
    void what_is_never_done_is_not_waited_for_any_longer() {
        Deadline.in(Duration.ofMillis(50)).await(() -> false);
    }

    @Test
    void what_is_done_is_seen_also_when_it_is_over() {
        CountDownLatch looks = new CountDownLatch(1);
        Deadline.in(Duration.ZERO).await(() -> {
            looks.countDown();
            return true;
        });
        assertThat(looks.getCount()).isZero();
    }

    @Test
    void a_task_that_never_ends_is_not_waited_for_any_longer() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            threads.submit(() -> {
                never.await();
                return null;
            });
            Deadline.in(Duration.ofMillis(50)).end(threads);
            assertThat(threads.isShutdown()).isTrue();
            assertThat(threads.isTerminated()).isFalse();
            never.countDown();
        }
    }
}
